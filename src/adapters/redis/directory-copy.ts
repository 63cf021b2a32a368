// The last good copy of a directory that an endpoint gave: whoever starts while the endpoint is down begins with it.
import type { Redis } from 'ioredis';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type DirectoryCopy = {
  /** The fields as they were written; empty where there is no copy. */
  read(): Promise<Readonly<Record<string, string>>>;
  /** Sets these fields and leaves the others. */
  write(fields: Readonly<Record<string, string>>): Promise<void>;
};

export function openDirectoryCopy(redis: Redis, namespace: string): DirectoryCopy {
  const { directory } = keyspace(namespace);
  return {
    read: () => orFailure(redis.hgetall(directory)),
    async write(fields) {
      await orFailure(redis.hset(directory, fields));
    },
  };
}
