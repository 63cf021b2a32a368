// The HTTP server: the Web API, response_urls, the socket's upgrade, and whatever serves the page.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { readBody } from './request-body.ts';
import type { ResponseAnswer } from './response-url.ts';
import { parseBody } from './web-api/arguments.ts';
import { type Dispatcher, dispatch, type Reply } from './web-api/dispatch.ts';

export type Routes = {
  readonly desk: Dispatcher;
  readonly respond: (path: string, body: string) => ResponseAnswer;
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Everything else. */
  readonly page: (request: IncomingMessage, response: ServerResponse, path: URL) => Promise<void> | void;
};

export async function listen(host: string, port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

export function serve(server: Server, routes: Routes): void {
  server.on('upgrade', routes.accept);
  server.on('request', (request, response) => {
    handle(routes, request, response).catch(error => {
      // The reader learns the reason here: nothing else would log it.
      console.error('The local workspace failed to answer', request.method, request.url, error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error: 'internal_error' }));
    });
  });
}

async function handle(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost');
  if (path.pathname.startsWith('/api/')) return api(routes.desk, request, response, path);
  if (!path.pathname.startsWith('/actions/')) return routes.page(request, response, path);
  const body = await readBody(request);
  const answer = body === undefined ? { status: 413, body: 'too_large' } : routes.respond(path.pathname, body);
  response.writeHead(answer.status, { 'content-type': answer.body === 'ok' ? 'text/html' : 'application/json' });
  response.end(answer.body);
}

async function api(desk: Dispatcher, request: IncomingMessage, response: ServerResponse, path: URL): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return void response.writeHead(413).end();
  const parsed = parseBody(request.headers['content-type'] ?? '', body, path.searchParams);
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const withToken = 'error' in parsed || !bearer ? parsed : { ...parsed, token: bearer };
  const reply = await dispatch(desk, path.pathname.slice('/api/'.length), withToken);
  send(desk, reply, response);
}

function send(desk: Dispatcher, reply: Reply, response: ServerResponse): void {
  if (reply.kind === 'drop') return void response.socket?.destroy();
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-oauth-scopes': [...desk.tokens.scopes].join(','),
    ...(reply.retryAfterS === undefined ? {} : { 'retry-after': String(reply.retryAfterS) }),
  });
  response.end(JSON.stringify(reply.body));
}
