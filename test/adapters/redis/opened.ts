// A store on a Redis, as these tests open it, with a look behind it.
import { Redis } from 'ioredis';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openStore, type RedisStore } from '../../../src/adapters/redis/store.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import type { StoreUnderTest } from '../../contract/store.ts';
import { namespace as freshNamespace } from '../../support/services.ts';

export type Opened = StoreUnderTest & {
  readonly store: RedisStore;
  readonly namespace: string;
  readonly redis: Redis;
  readonly connections: ReturnType<typeof connectRedis>;
  readonly observed: Observation[];
};

export async function openOn(
  url: string,
  options: { retentionMs?: number; namespace?: string; sideUrl?: string } = {},
): Promise<Opened> {
  const { namespace = freshNamespace(), sideUrl = url, ...rest } = options;
  const observed: Observation[] = [];
  const connections = connectRedis({ url, observe: observation => observed.push(observation) });
  const redis = connections.commands;
  const store = await openStore({ redis, namespace, ...rest });
  const keys = keyspace(namespace);
  const side = new Redis(sideUrl).on('error', () => {});
  return {
    store,
    namespace,
    redis,
    connections,
    observed,
    async effectKeys(id) {
      const entries = await side.xrange(keys.outbox, '-', '+');
      return entries.flatMap(([, [, key = '', , request]]) => (request === id ? [key] : []));
    },
    async auditHashes(id) {
      const entries = await side.xrange(keys.audit, '-', '+');
      return entries
        .filter(([, fields]) => fields[0] === 'id' && fields[1] === id)
        .flatMap(([, fields]) => fields.filter((_, i) => i >= 4 && i % 2 === 1))
        .map(text => (JSON.parse(text) as { hash: string }).hash);
    },
    async close() {
      store.close();
      await connections.close();
      const names = await side.keys(`{${namespace}}*`);
      if (names.length > 0) await side.del(...names);
      side.disconnect();
    },
  };
}
