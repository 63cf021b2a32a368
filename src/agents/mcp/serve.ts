// The MCP server over standard input and output, or over streamable HTTP; requests of the 2025 revisions are bridged by the SDK.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  hostHeaderValidation,
  type NodeIncomingMessageLike,
  originValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler, localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { connect } from '../../client/index.ts';
import type { Behind } from '../tool-call.ts';
import { openDesk } from './desk.ts';
import { openMcpServer } from './server.ts';

export type Serving = {
  /** Of the API. */
  readonly url: string;
  readonly behind: Behind;
  readonly version: string;
};

const RETRY_FOR_MS = 10_000;
const BEARER = /^Bearer +(\S+)$/i;

/** Until its input ends. */
export function serveOverStdio({ url, behind, version }: Serving, apiKey: string): Promise<void> {
  const desk = openDesk(connect({ url, apiKey, retryForMs: RETRY_FOR_MS }), behind);
  return new Promise(resolve => {
    process.stdin.once('close', resolve);
    serveStdio(() => openMcpServer(desk, version));
  });
}

/** Each caller comes with a key of their own, which is handed on: this process has none. */
export async function serveOverHttp(
  { url, behind, version }: Serving,
  { host, port }: { readonly host: string; readonly port: number },
) {
  const handler = createMcpHandler(({ requestInfo }) => {
    const [, apiKey = ''] = BEARER.exec(requestInfo?.headers.get('authorization') ?? '') ?? [];
    return openMcpServer(openDesk(connect({ url, apiKey, retryForMs: RETRY_FOR_MS }), behind), version);
  });
  const handle = toNodeHandler(handler);
  const names = [...localhostAllowedHostnames(), host];
  const [isHostKnown, isOriginKnown] = [hostHeaderValidation(names), originValidation(names)];
  const server = createServer((request, response) => {
    if (!isHostKnown(request, response) || !isOriginKnown(request, response)) return;
    if (!BEARER.test(request.headers.authorization ?? '')) {
      response
        .writeHead(401, { 'WWW-Authenticate': 'Bearer' })
        .end('Send the key of a service: Authorization: Bearer <key>\n');
      return;
    }
    void handle(request as NodeIncomingMessageLike, response);
  });
  await once(server.listen(port, host), 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await handler.close();
    },
  };
}
