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
      if (isOnce) {
        const name = keys.tokenUsed(token.fingerprint);
        const by = hashOf(gesture);
        // A little longer than it is in force anywhere: clocks differ.
        const until = Math.max(1, token.expiresAt - at + CLOCKS_MS);
        const before = await orFailure(redis.set(name, by, 'PX', until, 'NX', 'GET'));
        if (before !== null && before !== by) return 'replayed';
      }
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

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
