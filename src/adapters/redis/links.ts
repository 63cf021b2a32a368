// Links in Redis: codes as hashes that end by themselves, and which Slack account is whose, changed together with the audit.
import type { Redis, Result } from 'ioredis';
import { written } from '../../domain/audit/written.ts';
import { MOST_TRIES, TRIES_MS } from '../../domain/link.ts';
import { decodeKey } from '../../domain/stored/key.ts';
import { decodeLink, decodeLinkOffer, encodeLinkOffer, linkShape } from '../../domain/stored/link.ts';
import type { LinkBook } from '../../flow/ports.ts';
import { allOrFailure, orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';
import { script } from './script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignLink(...keysAndArguments: string[]): Result<number, Context>;
    countersignUnlink(...keysAndArguments: string[]): Result<number, Context>;
  }
}

const CLAIMED = { 0: 'unknown', 1: 'linked', 2: 'taken', 3: 'moved' } as const;

export type LinksOptions = { readonly redis: Redis; readonly namespace: string };

export function openLinks({ redis, namespace }: LinksOptions): LinkBook {
  const keys = keyspace(namespace);
  redis.defineCommand('countersignLink', { lua: script('link'), numberOfKeys: 8 });
  redis.defineCommand('countersignUnlink', { lua: script('unlink'), numberOfKeys: 4 });

  return {
    async personOf(account) {
      return (await orFailure(redis.hget(keys.links, account))) ?? undefined;
    },
    async of(person) {
      return decodeLink(await orFailure(redis.hgetall(keys.link(person))));
    },
    async formerOf(name) {
      return orFailure(redis.smembers(keys.linkedBefore(name)));
    },
    async offer({ person, key, hash, lifeMs, fact }) {
      // The earlier code still leads to the person, who does not offer it any more.
      const stored = redis
        .multi()
        .set(keys.linkCode(hash), encodeLinkOffer({ person, key }), 'PX', lifeMs)
        .set(keys.linkOffer(person), hash, 'PX', lifeMs)
        .xadd(keys.audit, '*', 'fact', JSON.stringify(written(fact)));
      await allOrFailure(stored.exec());
    },
    async tried(account, hash) {
      const tries = keys.linkTries(account);
      const trying = redis.multi().set(tries, 0, 'PX', TRIES_MS, 'NX').incr(tries).get(keys.linkCode(hash));
      const [, count, code] = await allOrFailure(trying.exec());
      if (Number(count) > MOST_TRIES) return 'tried_out';
      if (typeof code !== 'string') return 'unknown';
      const { person, key } = decodeLinkOffer(code);
      const [offered, owner, askedWith] = await orFailure(
        Promise.all([redis.get(keys.linkOffer(person)), redis.hget(keys.links, account), redis.hget(keys.keys, key)]),
      );
      // A process that had not heard yet that the key is revoked may have given the code all the same.
      if (!isInForce(askedWith)) return 'unknown';
      // Used already, and by this very account: the same command, delivered again.
      return offered === hash || owner === person ? { person } : 'unknown';
    },
    async claim({ person, account, hash, before = '', at, fact }) {
      const names = [keys.linkOffer(person), keys.links, keys.link(person), keys.linkTries(account)];
      const text = JSON.stringify(written(fact));
      const ever = [keys.linkedBefore(person), keys.linkedBefore(account)];
      const answer = await orFailure(
        redis.countersignLink(
          ...names,
          keys.audit,
          keys.linksVersion,
          ...ever,
          hash,
          person,
          account,
          before,
          at,
          text,
          String(linkShape.current),
        ),
      );
      return CLAIMED[answer as keyof typeof CLAIMED];
    },
    async remove({ person, account, fact }) {
      const names = [keys.links, keys.link(person), keys.audit, keys.linksVersion];
      return (await orFailure(redis.countersignUnlink(...names, person, account, JSON.stringify(written(fact))))) === 1;
    },
  };
}

function isInForce(key: string | null): boolean {
  return key !== null && decodeKey(key).revokedAt === undefined;
}
