// Calls that were asked about and have not run yet: a call made again takes up its request instead of asking anew.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../domain/canonical.ts';
import type { ToolCall } from '../tool-call.ts';
import { homeOf } from './connection.ts';

export type OpenAsk = {
  /** Of the request: what the session and the call are, and which ask of them it is. */
  readonly key: string;
  /** As it was given first: a request is the same only with the same reason. */
  readonly reason?: string;
};

export type OpenAsks = {
  /** What was asked about this call already. */
  find(call: ToolCall): OpenAsk | undefined;
  /** Written down before it is sent, so that whatever happens then it is the same request. */
  begin(call: ToolCall, reason: string | undefined): OpenAsk;
  end(call: ToolCall): void;
};

export function stateDir(name: string, env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME ?? join(homeOf(env), '.local', 'state'), 'countersign', `hook.${name}`);
}

export function openAsks(dir: string): OpenAsks {
  const fileOf = (call: ToolCall) => join(dir, `${nameOf(call).slice('sha256:'.length)}.json`);
  return {
    find(call) {
      try {
        const { key, reason } = JSON.parse(readFileSync(fileOf(call), 'utf8'));
        return typeof key === 'string' ? { key, ...(typeof reason === 'string' ? { reason } : {}) } : undefined;
      } catch {
        return undefined;
      }
    },
    begin(call, reason) {
      const ask = { key: `${nameOf(call)}.${randomUUID()}`, ...(reason === undefined ? {} : { reason }) };
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(call), JSON.stringify(ask), { mode: 0o600 });
      return ask;
    },
    end: call => rmSync(fileOf(call), { force: true }),
  };
}

function nameOf({ session, tool, cwd, workspace, input }: ToolCall): Digest {
  const { description: _, ...exact } = input;
  return digestOf({ session, tool, cwd, workspace, exact });
}
