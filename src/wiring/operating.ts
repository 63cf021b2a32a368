// What operators do past the API: through the front door, on the configured installation's Redis.
import { connectRedis } from '../adapters/redis/connect.ts';
import { openKeys } from '../adapters/redis/keys.ts';
import { openLinks } from '../adapters/redis/links.ts';
import { openStore } from '../adapters/redis/store.ts';
import type { Config } from '../config.ts';
import { openOperating } from '../flow/operating.ts';
import type { Operating, Operator } from '../flow/ports.ts';
import { nobody } from './world.ts';

/** Opens the door for one piece of work in the operator's name. */
export async function asOperator<T>(
  { redis: { url }, namespace }: Config,
  name: string,
  work: (door: Operating, operator: Operator) => Promise<T>,
): Promise<T> {
  const connections = connectRedis({ url, observe: () => {} });
  const redis = connections.commands;
  try {
    const store = await openStore({ redis, namespace }); // for its clock: what the audit holds is dated by one
    try {
      const keys = openKeys({ redis, namespace, now: store.now });
      const links = openLinks({ redis, namespace });
      return await work(openOperating({ keys, links, store, directory: nobody }), { kind: 'operator', name });
    } finally {
      store.close();
    }
  } finally {
    await connections.close();
  }
}
