// Calls that were asked about and have not run yet: a call made again takes up its request instead of asking anew.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../domain/canonical.ts';
import { present } from '../domain/present.ts';

export type OpenAsk = {
  /** Of the request: what the session and the call are, and which ask of them it is. */
  readonly key: string;
  /** As it was given first: a request is the same only with the same reason. */
  readonly reason?: string;
};

export type OpenAsks = {
  /** What was asked about this call already. */
  find(name: Digest): OpenAsk | undefined;
  /** Written down before it is sent, so that whatever happens then it is the same request. */
  begin(name: Digest, reason: string | undefined): OpenAsk;
  end(name: Digest): void;
};

export function openAsks(dir: string): OpenAsks {
  const fileOf = (name: Digest) => join(dir, `${name.slice('sha256:'.length)}.json`);
  return {
    find(name) {
      try {
        const { key, reason } = JSON.parse(readFileSync(fileOf(name), 'utf8'));
        return typeof key === 'string'
          ? { key, ...present({ reason: typeof reason === 'string' ? reason : undefined }) }
          : undefined;
      } catch {
        return undefined;
      }
    },
    begin(name, reason) {
      const ask = { key: `${name}.${randomUUID()}`, ...present({ reason }) };
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(name), JSON.stringify(ask), { mode: 0o600 });
      return ask;
    },
    end: name => rmSync(fileOf(name), { force: true }),
  };
}
