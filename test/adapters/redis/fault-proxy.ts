// A wire between a client and a server that can lose answers, be cut, or go silent with the connection alive.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export type FaultProxy = {
  readonly url: string;
  /** Lets requests through and swallows the answers of every connection that is open now. */
  dropReplies(): void;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  /** Open connections stay and carry nothing any more; new ones work. */
  mute(): void;
  close(): Promise<void>;
};

export async function startFaultProxy(port: number): Promise<FaultProxy> {
  const pairs = new Set<{ near: Socket; far: Socket; losesReplies: boolean; isMute: boolean }>();
  const server = createServer(near => {
    const pair = { near, far: connect(port, '127.0.0.1'), losesReplies: false, isMute: false };
    pairs.add(pair);
    near.on('data', data => !pair.isMute && pair.far.write(data));
    pair.far.on('data', data => !pair.isMute && !pair.losesReplies && near.write(data));
    for (const socket of [near, pair.far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        pair.far.destroy();
      });
    }
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dropReplies: () => {
      for (const pair of pairs) pair.losesReplies = true;
    },
    mute: () => {
      for (const pair of pairs) pair.isMute = true;
    },
    cut: () => {
      for (const pair of pairs) pair.near.destroy();
    },
    close: () =>
      new Promise(closed => {
        for (const pair of pairs) pair.near.destroy();
        server.close(() => closed());
      }),
  };
}
