// What operators do past the API: the flow's own acts, on the configured installation's Redis.
import { connectRedis } from '../adapters/redis/connect.ts';
import { openLinks } from '../adapters/redis/links.ts';
import { openStore } from '../adapters/redis/store.ts';
import type { Config } from '../config.ts';
import { unlinkByOperator } from '../flow/link.ts';
import type { Unlinked } from '../flow/ports.ts';
import { nobody } from './world.ts';

/** Ends a person's link: their key or their account is in wrong hands. */
export async function unlinkAnybody({ redis: { url }, namespace }: Config, person: string): Promise<Unlinked> {
  const redis = connectRedis({ url, observe: () => {} });
  try {
    const store = await openStore({ redis: redis.commands, namespace }); // for its clock: what the audit holds is dated by one
    try {
      const links = openLinks({ redis: redis.commands, namespace });
      return await unlinkByOperator({ store, links, directory: nobody }, person);
    } finally {
      store.close();
    }
  } finally {
    await redis.close();
  }
}
