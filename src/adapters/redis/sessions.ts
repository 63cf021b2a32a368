// Sessions of jobs in Redis: by the hash of their secret, each gone when its time is over, as is the word that a token was used.
import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { written } from '../../domain/audit/written.ts';
import { timestamp } from '../../domain/record.ts';
import { decodeSession, encodeSession } from '../../domain/stored/session.ts';
import type { Session, Sessions } from '../../flow/ports.ts';
import { mintApiKey, newKeyId, parseApiKey } from './api-key.ts';
import { allOrFailure, orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type SessionsOptions = { readonly redis: Redis; readonly namespace: string; readonly now: () => number };

export function openSessions({ redis, namespace, now }: SessionsOptions): Sessions {
  const keys = keyspace(namespace);

  return {
    async open({ token, gesture, isOnce, workload, ...opening }) {
      const at = now();
      const name = keys.tokenUsed(token.fingerprint);
      const by = hashOf(gesture);
      // A little longer than it is in force anywhere: clocks differ.
      const until = Math.max(at, token.expiresAt) + CLOCKS_MS;
      const using = redis
        .multi()
        .hsetnx(name, 'by', by)
        .hget(name, 'by')
        .hincrby(name, 'times', 1)
        .pexpireat(name, until);
      const [, first, times] = await allOrFailure(using.exec());
      if (isOnce && first !== by) return 'replayed';
      if (Number(times) > MOST_TIMES) return 'too_often';
      const id = newKeyId();
      const session: Session = { id, ...opening };
      const secret = mintApiKey(id, randomBytes(32), 'cst');
      const fact = written({
        event: 'session_opened',
        at: timestamp(at),
        session: id,
        service: session.service,
        workload,
        token: token.fingerprint,
        expires_at: session.expiresAt,
      });
      const storing = redis
        .multi()
        .set(keys.session(hashOf(secret)), encodeSession(session), 'PXAT', Date.parse(session.expiresAt))
        .xadd(keys.audit, '*', 'fact', JSON.stringify(fact));
      await allOrFailure(storing.exec());
      return { secret, session };
    },

    async of(secret) {
      if (parseApiKey(secret, 'cst') === undefined) return undefined;
      const text = await orFailure(redis.get(keys.session(hashOf(secret))));
      return text === null ? undefined : decodeSession(text);
    },
  };
}

const CLOCKS_MS = 120_000;
/** Each leaves a session and a line of the audit: whoever holds one good token must not fill Redis with them. */
const MOST_TIMES = 100;

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
