// What the tests of this adapter share: a question, policies written on the spot, a server that answers as scripted.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import type { Vote } from '../../../src/domain/vote.ts';

export const SECRET = 'hunter2-never-to-be-quoted';

export function question(votes: readonly Vote[] = [], facts: { readonly [name: string]: string } = {}): PolicyInput {
  return {
    action: 'delete-resource',
    service: { id: 'deployer', auth: 'api_key' },
    user: { id: 'alice', role: 'admin' },
    resource: { type: 'bucket', id: 'b-42', state: 'active' },
    params: { secret: SECRET, ...facts },
    request: {
      id: 'req_test',
      digest: 'sha256:00',
      submitted_at: '2026-11-24T01:51:00.000Z',
      expires_at: '2026-11-24T02:51:00.000Z',
    },
    phase: 'submit',
    now: '2026-11-24T01:51:00.000Z',
    votes,
  };
}

export function vote(user: string): Vote {
  const by = { id: `slack:T1:${user}`, user, groups: [], kind: 'member' } as const;
  return { by, vote: 'approve', at: '2026-11-24T01:52:00.000Z', surface: 'slack' };
}

export type Folder = { readonly dir: string; remove(): void };

/** A folder of policies, by file name. */
export function policyFolder(files: { readonly [name: string]: string }): Folder {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-opa-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export type Script = (socket: Socket, request: string, n: number) => void;

export type ScriptedServer = { readonly url: string; readonly seen: readonly string[]; close(): Promise<void> };

/** A TCP server that does what the script says with the n-th request it hears, counted from 0. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', chunk => {
      text += chunk;
      if (!isWhole(text)) return;
      seen.push(text);
      script(socket, text, seen.length - 1);
      text = '';
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isWhole(text: string): boolean {
  const [head = '', body] = text.split('\r\n\r\n', 2);
  const length = /content-length: (\d+)/i.exec(head)?.[1] ?? '0';
  return body !== undefined && Buffer.byteLength(body) >= Number(length);
}

export function httpAnswer(body: string, status = '200 OK', headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** What a promise was rejected with; a promise that holds is a failed test. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`expected a failure, was answered ${JSON.stringify(outcome.value)}`);
}
