// Standing approvals in Redis: found by their scope, used at most so often, each use by one request.
import type { Redis, Result } from 'ioredis';
import type { StandingState } from '../../domain/standing.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import { decodeStanding, encodeStanding } from '../../domain/stored/standing.ts';
import type { StandingApprovals } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignKeep(...keysAndArguments: (string | number)[]): Result<number, Context>;
    countersignUse(...keysAndArguments: (string | number)[]): Result<number, Context>;
    countersignRevoke(...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

/**
 * KEYS standing · those that cover the same · all; ARGV document · id · now · expires at · forget at (ms) · most uses.
 * Kept once. What has ended leaves the index, so that it does not grow with every approval that is ever given.
 */
const KEEP = `
if redis.call('HSETNX', KEYS[1], 'document', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'expires', ARGV[4], 'most', ARGV[6], 'uses', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
if redis.call('PEXPIRETIME', KEYS[2]) < tonumber(ARGV[4]) then redis.call('PEXPIREAT', KEYS[2], ARGV[4]) end
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return 1`;

/** KEYS standing; ARGV request · now in ms · most uses by now. 1 when this request has a use of it, taken now or before. */
const USE = `
local s = redis.call('HMGET', KEYS[1], 'expires', 'most', 'uses', 'revoked')
if not s[1] or s[4] or tonumber(ARGV[2]) >= tonumber(s[1]) then return 0 end
if redis.call('HEXISTS', KEYS[1], 'by:' .. ARGV[1]) == 1 then return 1 end
if tonumber(s[3]) >= math.min(tonumber(s[2]), tonumber(ARGV[3])) then return 0 end
redis.call('HSET', KEYS[1], 'by:' .. ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'uses', 1)
return 1`;

/** KEYS standing; ARGV who and when, as JSON. The first revocation stands, also in a full Redis. */
const REVOKE = `#!lua flags=allow-oom
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSETNX', KEYS[1], 'revoked', ARGV[1])
return 1`;

export type StandingOptions = { readonly redis: Redis; readonly namespace: string; readonly retentionMs: number };

export function openStanding({ redis, namespace, retentionMs }: StandingOptions): StandingApprovals {
  const keys = keyspace(namespace);
  redis.defineCommand('countersignKeep', { lua: KEEP, numberOfKeys: 3 });
  redis.defineCommand('countersignUse', { lua: USE, numberOfKeys: 1 });
  redis.defineCommand('countersignRevoke', { lua: REVOKE, numberOfKeys: 1 });

  /** All in one round trip; `request` is not counted among the uses. */
  async function findAll(ids: readonly string[], request = ''): Promise<(() => StandingState)[]> {
    const found = ids.map(id => redis.hmget(keys.standing(id), 'document', 'uses', 'revoked', `by:${request}`));
    return (await orFailure(Promise.all(found))).flatMap(([document, uses, revoked, own]) => {
      if (typeof document !== 'string') return [];
      const others = Number(uses) - (typeof own === 'string' ? 1 : 0);
      const ended = typeof revoked === 'string' ? { revoked: JSON.parse(revoked) as { by: string; at: string } } : {};
      return [() => ({ ...decodeStanding(document), uses: others, ...ended })];
    });
  }

  async function find(id: string, request?: string): Promise<StandingState | undefined> {
    return (await findAll([id], request))[0]?.();
  }

  return {
    async keep(approval, now) {
      const { id, covers, maxUses } = approval;
      if (covers === undefined) return;
      const expiresAt = Date.parse(approval.expiresAt);
      await orFailure(
        redis.countersignKeep(
          keys.standing(id),
          keys.standingScope(covers),
          keys.standings,
          encodeStanding(approval),
          id,
          now,
          expiresAt,
          expiresAt + retentionMs,
          maxUses,
        ),
      );
    },
    find,
    async within(covers, request, now) {
      const ids = await orFailure(redis.zrangebyscore(keys.standingScope(covers), `(${now}`, '+inf'));
      return (await findAll(ids, request)).map(read => read());
    },
    async use(id, request, { now, most }) {
      return (await orFailure(redis.countersignUse(keys.standing(id), request, now, most))) === 1;
    },
    async revoke(id, by) {
      const isKnown = await orFailure(redis.countersignRevoke(keys.standing(id), JSON.stringify(by)));
      return isKnown === 1 ? find(id) : undefined;
    },
    async inForce(now) {
      await orFailure(redis.zremrangebyscore(keys.standings, '-inf', now - retentionMs));
      const ids = await orFailure(redis.zrangebyscore(keys.standings, now, '+inf'));
      const found = (await findAll(ids)).map(legible);
      const items = found.filter(one => one !== 'illegible');
      const leftOut = found.filter(one => one === 'illegible').length;
      return leftOut === 0 ? { items } : { items, leftOut };
    },
  };
}

/** One that cannot be read here must not keep the others out of sight. */
function legible(read: () => StandingState): StandingState | 'illegible' {
  try {
    return read();
  } catch (error) {
    if (isForeign(error)) return 'illegible';
    throw error;
  }
}
