// The key that signs grants, where no file gives one: made once by whoever starts first, and shared by all processes.
import type { Redis } from 'ioredis';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type KeptGrantKey = { readonly pem: string; readonly isNew: boolean };

/** Whoever reads this Redis can sign grants with it: for development and demos. */
export async function keptGrantKey(redis: Redis, namespace: string, create: () => string): Promise<KeptGrantKey> {
  const { grantKey } = keyspace(namespace);
  const kept = await orFailure(redis.get(grantKey));
  if (kept !== null) return { pem: kept, isNew: false };
  const pem = create();
  const faster = await orFailure(redis.set(grantKey, pem, 'NX', 'GET'));
  return faster === null ? { pem, isNew: true } : { pem: faster, isNew: false };
}
