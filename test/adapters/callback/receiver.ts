// A receiver of callbacks on this machine: real https, with a name and answers of the test's choosing.
import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { testCertificate, testKey } from './certificate.ts';

export type Received = { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string };

export type Receiver = {
  readonly port: number;
  readonly received: readonly Received[];
  close(): Promise<void>;
};

export async function startReceiver(answer: (response: ServerResponse, n: number) => void): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer({ key: testKey, cert: testCertificate }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ url: request.url ?? '', headers: request.headers, body });
    answer(response, received.length - 1);
  }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
