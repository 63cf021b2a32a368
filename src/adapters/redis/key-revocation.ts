// Revoking a key: one script, which a full Redis carries out as well, because somebody may have filled it with this very key.
import type { Redis, Result } from 'ioredis';
import { orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignRevokeKey(...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

/**
 * KEYS keys · audit · where a person's key: the code that they asked for with it; ARGV id · the key as it was read · the
 * key as it is from now on · fact. 1 revoked · 0 it is not as it was read: somebody was faster.
 */
const REVOKE_KEY = `#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('XADD', KEYS[2], '*', 'fact', ARGV[4])
if KEYS[3] then redis.call('DEL', KEYS[3]) end
return 1`;

export type KeyRevocation = {
  readonly id: string;
  readonly person?: string | undefined;
  readonly before: string;
  readonly after: string;
  readonly fact: string;
};

/** Resolves with whether it was this call that revoked it. */
export function keyRevoker(redis: Redis, names: Keyspace): (revocation: KeyRevocation) => Promise<boolean> {
  redis.defineCommand('countersignRevokeKey', { lua: REVOKE_KEY });
  return async ({ id, person, before, after, fact }) => {
    const keys = [names.keys, names.audit, ...(person === undefined ? [] : [names.linkOffer(person)])];
    return (await orFailure(redis.countersignRevokeKey(keys.length, ...keys, id, before, after, fact))) === 1;
  };
}
