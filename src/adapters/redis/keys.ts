// Keys: which service may submit, over HTTP with a secret or through the queue with a signature, and which person may vote.
import { createHash, createPublicKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createQueueKey, type FindPublicKey } from '../../contract/envelope.ts';
import type { EventOf } from '../../domain/audit/events.ts';
import { written } from '../../domain/audit/written.ts';
import { Failure } from '../../domain/failure.ts';
import { timestamp } from '../../domain/record.ts';
import { decodeKey, encodeKey, type StoredKey } from '../../domain/stored/key.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import { mintApiKey, newKeyId, parseApiKey } from './api-key.ts';
import { allOrFailure, orFailure } from './failures.ts';
import { keyRevoker } from './key-revocation.ts';
import { keyspace } from './keyspace.ts';

export type KeyKind = 'api' | 'queue';

/** What anybody may know of a key. */
export type KeyInfo = {
  readonly id: string;
  /** Whose it is: a service's, or a person's. */
  readonly service?: string;
  readonly person?: string;
  readonly kind: KeyKind;
  readonly createdAt: string;
  readonly revokedAt?: string;
  /** To within a minute or so; absent when it never was. */
  readonly lastUsedAt?: string;
};

/** Who holds an API key; `key` is the key's id, which is no secret. */
export type KeyHolder = { readonly kind: 'service' | 'person'; readonly id: string; readonly key: string };

export type Keys = {
  /** `secret` is shown once and kept nowhere: the API key, or the private signing key for the queue. */
  create(service: string, options?: { readonly queue?: boolean }): Promise<{ info: KeyInfo; secret: string }>;
  /** An API key to vote with, of somebody as the directory names them; whether it knows them is asked at each use. */
  createForPerson(person: string): Promise<{ info: KeyInfo; secret: string }>;
  /** `leftOut`: how many a newer version made, which cannot be read here. */
  list(): Promise<{ readonly keys: readonly KeyInfo[]; readonly leftOut: number }>;
  /** The services that ever had a key for the queue: each has an intake of its own. */
  intakes(): Promise<readonly string[]>;
  /** Whether there was such a key in force. Other processes follow within seconds. */
  revoke(id: string): Promise<boolean>;
  /** Whose API key this is. */
  holderOf(apiKey: string): Promise<KeyHolder | undefined>;
  /** Whose signing key this is. */
  publicKey: FindPublicKey;
};

export type KeysOptions = { readonly redis: Redis; readonly namespace: string; readonly now: () => number };

type Known = { readonly stored: StoredKey | undefined; readonly publicKey?: KeyObject; readonly readAt: number };

type KeyEvent = EventOf<'key_created' | 'key_revoked'>['event'];

/** How long a revoked key may still be believed here. */
const BELIEVED_MS = 5_000;
const LAST_USED_EVERY_MS = 60_000;
/** Strangers may name keys that do not exist; remembering them must cost nothing. */
const MOST_KNOWN = 10_000;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** As a people file may name somebody: an id or an e-mail address, nothing that a terminal would not show. */
const PERSON = /^[^\s\p{C}]{1,255}$/u;

export function openKeys({ redis, namespace, now }: KeysOptions): Keys {
  const names = keyspace(namespace);
  const known = new Map<string, Known>();
  const usedAt = new Map<string, number>();
  const revokeKey = keyRevoker(redis, names);
  let isFilled: Promise<void> | undefined;

  return {
    async create(service, { queue = false } = {}) {
      if (!SERVICE.test(service)) {
        const message =
          'A service is named with up to 64 letters, digits, dots, dashes and underscores. Choose such a name.';
        throw new Failure('bad_service_name', message, { isTransient: false });
      }
      return make({ service }, queue ? 'queue' : 'api');
    },

    async createForPerson(person) {
      if (!PERSON.test(person)) {
        const message =
          'A person is named as in the people file: up to 255 characters without blanks. Use their id there.';
        throw new Failure('bad_person_name', message, { isTransient: false });
      }
      return make({ person }, 'api');
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

    async revoke(id) {
      const text = await orFailure(redis.hget(names.keys, id));
      if (text === null) return false;
      const stored = decodeKey(text);
      if (stored.revokedAt !== undefined) return false;
      const revoked = { ...stored, revokedAt: timestamp(now()) };
      const { person } = stored;
      const fact = factOf(revoked, 'key_revoked', revoked.revokedAt);
      const isOurs = await revokeKey({ id, person, before: text, after: encodeKey(revoked), fact });
      known.delete(id);
      return isOurs;
    },

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
  };

  /** Keys that were made before there were intakes have put nobody down. */
  async function fillIntakes(): Promise<void> {
    const stored = await orFailure(redis.hvals(names.keys));
    const owners = legible(stored).keys.filter(({ kind }) => kind === 'queue');
    const services = [...new Set(owners.flatMap(({ service }) => service ?? []))];
    if (services.length > 0) await orFailure(redis.sadd(names.intakes, ...services));
  }

  async function make(holder: Pick<KeyInfo, 'service' | 'person'>, kind: KeyKind) {
    const id = newKeyId();
    const { secret, check } =
      kind === 'queue' && holder.service !== undefined ? await signingKey(id, holder.service) : secretKey(id);
    const info: KeyInfo = { id, ...holder, kind, createdAt: timestamp(now()) };
    await write({ ...info, check }, 'key_created', info.createdAt);
    return { info, secret };
  }

  /** The key and the audit's word of it, together. */
  async function write(stored: StoredKey, event: KeyEvent, at: string): Promise<void> {
    const { id, service, kind } = stored;
    const fact = factOf(stored, event, at);
    const storing = redis.multi().hset(names.keys, id, encodeKey(stored)).xadd(names.audit, '*', 'fact', fact);
    // Taken in from before anybody can sign with it.
    if (kind === 'queue' && service !== undefined) storing.sadd(names.intakes, service);
    await allOrFailure(storing.exec());
    known.delete(id);
  }

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

function factOf({ id, service, person, kind }: StoredKey, event: KeyEvent, at: string): string {
  return JSON.stringify(written({ event, at, key: id, service, person, kind }));
}

function secretKey(id: string): { secret: string; check: string } {
  const secret = mintApiKey(id, randomBytes(32));
  return { secret, check: createHash('sha256').update(secret, 'utf8').digest('hex') };
}

async function signingKey(id: string, service: string): Promise<{ secret: string; check: string }> {
  const { privateText, publicText } = await createQueueKey(id, service);
  return { secret: privateText, check: publicText };
}

function publicKeyOf({ check }: StoredKey): KeyObject {
  return createPublicKey({ key: Buffer.from(check, 'base64'), format: 'der', type: 'spki' });
}
