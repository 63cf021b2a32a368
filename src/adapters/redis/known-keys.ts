// Whose key it is that somebody shows: read at most every few seconds, and noted when it was last used.
import { createHash, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { FindPublicKey } from '../../contract/envelope.ts';
import { decodeKey, type StoredKey } from '../../domain/stored/key.ts';
import { parseApiKey } from './api-key.ts';
import { orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';

/** Who holds an API key; `key` is the key's id, which is no secret. */
export type KeyHolder = { readonly kind: 'service' | 'person'; readonly id: string; readonly key: string };

export type KnownKeys = {
  /** Whose API key this is. */
  holderOf(apiKey: string): Promise<KeyHolder | undefined>;
  /** Whose signing key this is. */
  publicKey: FindPublicKey;
  /** It has changed: it is read again. */
  forget(id: string): void;
};

type Known = { readonly stored: StoredKey | undefined; readonly publicKey?: KeyObject; readonly readAt: number };

/** How long a revoked key may still be believed here. */
const BELIEVED_MS = 5_000;
const LAST_USED_EVERY_MS = 60_000;
/** Strangers may name keys that do not exist; remembering them must cost nothing. */
const MOST_KNOWN = 10_000;

export function knownKeys(redis: Redis, names: Keyspace, now: () => number): KnownKeys {
  const known = new Map<string, Known>();
  const usedAt = new Map<string, number>();

  return {
    async holderOf(apiKey) {
      const id = parseApiKey(apiKey);
      if (id === undefined) return undefined;
      const { stored } = await look(id);
      // The comparison takes as long for a wrong key as for a right one; the id alone is no secret.
      const expected = Buffer.from(stored?.kind === 'api' ? stored.check : '0'.repeat(64), 'hex');
      const isRight = timingSafeEqual(expected, createHash('sha256').update(apiKey, 'utf8').digest());
      if (!isRight || stored === undefined || stored.revokedAt !== undefined) return undefined;
      noteUse(id);
      const { service, person } = stored;
      if (service !== undefined) return { kind: 'service', id: service, key: id };
      return person === undefined ? undefined : { kind: 'person', id: person, key: id };
    },

    async publicKey(kid) {
      const { stored, publicKey } = await look(kid);
      const { service, revokedAt } = stored ?? {};
      if (service === undefined || publicKey === undefined || revokedAt !== undefined) return undefined;
      noteUse(kid);
      return { service, publicKey };
    },

    forget(id) {
      known.delete(id);
    },
  };

  async function look(id: string): Promise<Known> {
    const cached = known.get(id);
    if (cached !== undefined && performance.now() - cached.readAt < BELIEVED_MS) return cached;
    const readAt = performance.now();
    const text = await orFailure(redis.hget(names.keys, id));
    const stored = text === null ? undefined : decodeKey(text);
    const fresh: Known =
      stored?.kind === 'queue' ? { stored, readAt, publicKey: publicKeyOf(stored) } : { stored, readAt };
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(id, fresh);
    return fresh;
  }

  /** Off the hot path, and not worth a failure. */
  function noteUse(id: string): void {
    const ms = now();
    if (ms - (usedAt.get(id) ?? 0) < LAST_USED_EVERY_MS) return;
    usedAt.set(id, ms);
    redis.hset(names.keysUsed, id, ms).catch(() => usedAt.delete(id));
  }
}

function publicKeyOf({ check }: StoredKey): KeyObject {
  return createPublicKey({ key: Buffer.from(check, 'base64'), format: 'der', type: 'spki' });
}
