// The server's connections: how long they are kept, and how they end.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startHttp } from '../../../src/adapters/http/start.ts';
import { MIB, served } from './served.ts';

const api = served();
const { call } = api;

describe('connections', () => {
  it('keeps an idle connection longer than a balancer does', async () => {
    const answer = await call('/healthz');
    expect(answer.headers.get('keep-alive')).toBe('timeout=65');
  });

  it('is not held up by a connection that never asks', async () => {
    const socket = connect(Number(new URL(api.server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(
      socket.on('error', () => {}),
      'close',
    );
    await api.server.stop();
    await closed;
  });

  it('closes idle connections when it stops', async () => {
    const socket = connect(Number(new URL(api.server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await api.server.stop();
    await closed;
  });

  it('says how to free a port that is taken', async () => {
    const port = Number(new URL(api.server.url).port);
    await expect(startHttp(api.ports, { host: '127.0.0.1', port, bodyLimit: MIB })).rejects.toMatchObject({
      code: 'api_cannot_listen',
      message: expect.stringContaining('API_PORT'),
    });
  });
});
