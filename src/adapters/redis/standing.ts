// Standing approvals in Redis: found by their scope, used at most so often, each use by one request.
import type { Redis, Result } from 'ioredis';
import { type StandingState, scopeKey } from '../../domain/standing.ts';
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

/** KEYS standing · scope · all; ARGV document · id · expires at in ms · forget at in ms · most uses. Kept once. */
const KEEP = `
if redis.call('HSETNX', KEYS[1], 'document', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'expires', ARGV[3], 'most', ARGV[5], 'uses', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
redis.call('SADD', KEYS[2], ARGV[2])
if redis.call('PEXPIRETIME', KEYS[2]) < tonumber(ARGV[3]) then redis.call('PEXPIREAT', KEYS[2], ARGV[3]) end
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1`;

/** KEYS standing; ARGV request · now in ms. 1 when this request has a use of it, taken now or before. */
const USE = `
local s = redis.call('HMGET', KEYS[1], 'expires', 'most', 'uses', 'revoked')
if not s[1] or s[4] or tonumber(ARGV[2]) >= tonumber(s[1]) then return 0 end
if redis.call('HEXISTS', KEYS[1], 'by:' .. ARGV[1]) == 1 then return 1 end
if tonumber(s[3]) >= tonumber(s[2]) then return 0 end
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

  async function find(id: string): Promise<StandingState | undefined> {
    const [document, uses, revoked] = await orFailure(redis.hmget(keys.standing(id), 'document', 'uses', 'revoked'));
    if (typeof document !== 'string') return undefined;
    return {
      ...decodeStanding(document),
      uses: Number(uses),
      ...(typeof revoked === 'string' ? { revoked: JSON.parse(revoked) as { by: string; at: string } } : {}),
    };
  }

  async function findAll(ids: readonly string[]): Promise<StandingState[]> {
    const found = await Promise.all(ids.map(find));
    return found.filter(standing => standing !== undefined);
  }

  return {
    async keep(approval) {
      const expiresAt = Date.parse(approval.expiresAt);
      const { id, scope, maxUses } = approval;
      await orFailure(
        redis.countersignKeep(
          keys.standing(id),
          keys.standingScope(scopeKey(scope)),
          keys.standings,
          encodeStanding(approval),
          id,
          expiresAt,
          expiresAt + retentionMs,
          maxUses,
        ),
      );
    },
    find,
    async within(scope) {
      return findAll(await orFailure(redis.smembers(keys.standingScope(scopeKey(scope)))));
    },
    async use(id, request, now) {
      return (await orFailure(redis.countersignUse(keys.standing(id), request, now))) === 1;
    },
    async revoke(id, by) {
      const isKnown = await orFailure(redis.countersignRevoke(keys.standing(id), JSON.stringify(by)));
      return isKnown === 1 ? find(id) : undefined;
    },
    async inForce(now) {
      await orFailure(redis.zremrangebyscore(keys.standings, '-inf', now - retentionMs));
      const ids = await orFailure(redis.zrangebyscore(keys.standings, now, '+inf'));
      const found = await Promise.all(ids.map(id => find(id).catch(illegible)));
      const items = found.filter(one => one !== undefined && one !== 'illegible');
      const leftOut = found.filter(one => one === 'illegible').length;
      return leftOut === 0 ? { items } : { items, leftOut };
    },
  };
}

/** One that cannot be read here must not keep the others out of sight. */
function illegible(error: unknown): 'illegible' {
  if (isForeign(error)) return 'illegible';
  throw error;
}
