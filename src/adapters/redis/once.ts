// What is to be said once, whichever process says it and however often it is ended.
import type { Redis } from 'ioredis';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

/** Whether nobody has asked by this name within a week. */
export type Once = (name: string) => Promise<boolean>;

const KEPT_S = 7 * 86_400;

export function openOnce({ redis, namespace }: { readonly redis: Redis; readonly namespace: string }): Once {
  const keys = keyspace(namespace);
  return async name => (await orFailure(redis.set(keys.once(name), '1', 'EX', KEPT_S, 'NX'))) === 'OK';
}
