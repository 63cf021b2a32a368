// Revoking a key: one script, which a full Redis carries out as well, because somebody may have filled it with this very key.
import type { Redis, Result } from 'ioredis';
import { orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';
import { script } from './script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignRevokeKey(...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

export type KeyRevocation = {
  readonly id: string;
  readonly person?: string | undefined;
  readonly before: string;
  readonly after: string;
  readonly fact: string;
};

/** Resolves with whether it was this call that revoked it. */
export function keyRevoker(redis: Redis, names: Keyspace): (revocation: KeyRevocation) => Promise<boolean> {
  redis.defineCommand('countersignRevokeKey', { lua: script('revoke-key') });
  return async ({ id, person, before, after, fact }) => {
    const keys = [names.keys, names.audit, ...(person === undefined ? [] : [names.linkOffer(person)])];
    return (await orFailure(redis.countersignRevokeKey(keys.length, ...keys, id, before, after, fact))) === 1;
  };
}
