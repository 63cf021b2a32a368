// Keys: made, listed and revoked, each together with the audit's word of it; and whose key it is that somebody shows.
import type { Redis } from 'ioredis';
import type { EventOf } from '../../domain/audit/events.ts';
import type { Evidence } from '../../domain/audit/evidence.ts';
import { written } from '../../domain/audit/written.ts';
import { present } from '../../domain/present.ts';
import { timestamp } from '../../domain/record.ts';
import { decodeKey, encodeKey, type StoredKey } from '../../domain/stored/key.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import type { KeyBook, KeyInfo, KeyKind, NewKey } from '../../flow/ports.ts';
import { newKeyId } from './api-key.ts';
import { allOrFailure, orFailure } from './failures.ts';
import { secretKey, signingKey } from './key-material.ts';
import { checkPersonName, checkServiceName } from './key-names.ts';
import { keyRevoker } from './key-revocation.ts';
import { keyspace } from './keyspace.ts';
import { type KnownKeys, knownKeys } from './known-keys.ts';

export type Keys = KeyBook &
  Omit<KnownKeys, 'forget'> & {
    /** The services that ever had a key for the queue: each has an intake of its own. */
    intakes(): Promise<readonly string[]>;
  };

export type KeysOptions = { readonly redis: Redis; readonly namespace: string; readonly now: () => number };

type KeyEvent = EventOf<'key_created' | 'key_revoked'>['event'];

export function openKeys({ redis, namespace, now }: KeysOptions): Keys {
  const names = keyspace(namespace);
  const { forget, ...known } = knownKeys(redis, names, now);
  const revokeKey = keyRevoker(redis, names);
  let isFilled: Promise<void> | undefined;

  return {
    ...known,

    async create(service, { queue = false, evidence } = {}) {
      checkServiceName(service);
      return make({ service }, queue ? 'queue' : 'api', evidence);
    },

    async createForPerson(person, { evidence } = {}) {
      checkPersonName(person);
      return make({ person }, 'api', evidence);
    },

    async list() {
      const [stored, used] = await orFailure(Promise.all([redis.hgetall(names.keys), redis.hgetall(names.keysUsed)]));
      const { keys, leftOut } = legible(Object.values(stored));
      const infos = keys
        .map(({ check: _check, ...info }) => {
          const lastUsedMs = used[info.id];
          return lastUsedMs === undefined ? info : { ...info, lastUsedAt: timestamp(Number(lastUsedMs)) };
        })
        .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
      return { keys: infos, leftOut };
    },

    async intakes() {
      isFilled ??= fillIntakes();
      await isFilled.catch(error => {
        isFilled = undefined;
        throw error;
      });
      return orFailure(redis.smembers(names.intakes));
    },

    async revoke(id, { evidence } = {}) {
      const text = await orFailure(redis.hget(names.keys, id));
      if (text === null) return false;
      const stored = decodeKey(text);
      if (stored.revokedAt !== undefined) return false;
      const revoked = { ...stored, revokedAt: timestamp(now()) };
      const { person } = stored;
      const fact = factOf(revoked, 'key_revoked', revoked.revokedAt, evidence);
      const isOurs = await revokeKey({ id, person, before: text, after: encodeKey(revoked), fact });
      forget(id);
      return isOurs;
    },
  };

  /** Keys that were made before there were intakes have put nobody down. */
  async function fillIntakes(): Promise<void> {
    const stored = await orFailure(redis.hvals(names.keys));
    const owners = legible(stored).keys.filter(({ kind }) => kind === 'queue');
    const services = [...new Set(owners.flatMap(({ service }) => service ?? []))];
    if (services.length > 0) await orFailure(redis.sadd(names.intakes, ...services));
  }

  async function make(
    holder: Pick<KeyInfo, 'service' | 'person'>,
    kind: KeyKind,
    evidence?: Evidence,
  ): Promise<NewKey> {
    const id = newKeyId();
    const { service } = holder;
    const isSigning = kind === 'queue' && service !== undefined;
    const { secret, check } = isSigning ? await signingKey(id, service) : secretKey(id);
    const info: KeyInfo = { id, ...holder, kind, createdAt: timestamp(now()) };
    const stored = { ...info, check };
    const fact = factOf(stored, 'key_created', info.createdAt, evidence);
    const storing = redis.multi().hset(names.keys, id, encodeKey(stored)).xadd(names.audit, '*', 'fact', fact);
    // Taken in from before anybody can sign with it.
    if (isSigning) storing.sadd(names.intakes, service);
    await allOrFailure(storing.exec());
    forget(id);
    return { info, secret };
  }
}

/** One that cannot be read here must not keep the others out of sight. */
function legible(texts: readonly string[]): { readonly keys: readonly StoredKey[]; readonly leftOut: number } {
  const keys: StoredKey[] = [];
  for (const text of texts) {
    try {
      keys.push(decodeKey(text));
    } catch (error) {
      if (!isForeign(error)) throw error;
    }
  }
  return { keys, leftOut: texts.length - keys.length };
}

function factOf(
  { id, service, person, kind }: StoredKey,
  event: KeyEvent,
  at: string,
  evidence: Evidence | undefined,
): string {
  return JSON.stringify(
    written({ event, at, key: id, ...present({ service, person }), kind, ...present({ evidence }) }),
  );
}
