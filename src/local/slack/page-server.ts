// Serves the page people look at: its files, a snapshot for each person, live changes, and what they do.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Person } from './interactions/acts.ts';
import type { Act, Hints } from './page/snapshot.ts';
import { perform } from './page-acts.ts';
import { indexHtml, pageFile } from './page-files.ts';
import { snapshotFor } from './page-snapshot.ts';
import { readBody } from './request-body.ts';
import { findUser, type State } from './state.ts';

export type PageWorld = {
  readonly state: State;
  readonly as: (user: string) => Person;
  readonly subscribe: (listener: () => void) => () => void;
  readonly isAppConnected: () => boolean;
  readonly hints: Hints;
};

export type Page = {
  readonly handle: (request: IncomingMessage, response: ServerResponse, path: URL) => Promise<void>;
  readonly close: () => void;
};

/** Several changes in one breath are one message to the page. */
const COALESCE_MS = 25;
const KEEP_ALIVE_MS = 15_000;

export function createPage(world: PageWorld): Page {
  const bootId = randomBytes(6).toString('hex');
  const streams = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;

  const unsubscribe = world.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const stream of streams) stream.write('data: changed\n\n');
    }, COALESCE_MS).unref();
  });
  const keepAlive = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n');
  }, KEEP_ALIVE_MS).unref();

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 500\n\n');
    streams.add(response);
    response.on('close', () => void streams.delete(response));
  }

  async function act(request: IncomingMessage, response: ServerResponse, user: string): Promise<void> {
    // Only this page may act: a foreign page cannot send JSON without asking first, and is never allowed.
    if (request.headers['content-type'] !== 'application/json') return void response.writeHead(415).end();
    const body = await readBody(request);
    if (body === undefined) return void response.writeHead(413).end();
    try {
      json(response, 200, await perform(world.state, world.as(user), JSON.parse(body) as Act));
    } catch (error) {
      // What a person cannot do is told to them, in the words of the workspace.
      json(response, 400, { ok: false, failure: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    async handle(request, response, path) {
      const user = path.searchParams.get('user') ?? '';
      if (path.pathname === '/page/stream') return stream(response);
      if (path.pathname === '/page/act' && request.method === 'POST') return act(request, response, user);
      if (path.pathname === '/page/snapshot') {
        const me = [...world.state.users.values()].find(one => one.id === user || one.name === user);
        const known = me ?? findUser(world.state, defaultUser(world.state));
        const more = { bootId, isAppConnected: world.isAppConnected(), hints: world.hints };
        return json(response, 200, snapshotFor(world.state, known, more));
      }
      if (path.pathname === '/' || path.pathname.startsWith('/archives/'))
        return index(response, world.state.team.name);
      const file = await pageFile(path.pathname);
      if (!file) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.');
      response.writeHead(200, { 'content-type': file.contentType, 'cache-control': 'no-cache' }).end(file.body);
    },
    close() {
      unsubscribe();
      clearInterval(keepAlive);
      if (timer) clearTimeout(timer);
      for (const open of streams) open.end();
      streams.clear();
    },
  };
}

function defaultUser(state: State): string {
  const [first] = [...state.users.values()].filter(user => !user.is_bot && !user.deleted);
  if (!first) throw new Error('The workspace has no people; give openWorkspace a seed with users.');
  return first.id;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function index(response: ServerResponse, teamName: string): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      "style-src 'self'",
      "connect-src 'self'",
      'img-src https: http: data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  });
  response.end(indexHtml(`${teamName} · local workspace`, nonce));
}
