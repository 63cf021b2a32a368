// For the doctor: whom the newest pending requests name, and nobody knows.
import { connectRedis } from '../adapters/redis/connect.ts';
import { openLinks } from '../adapters/redis/links.ts';
import { openStore } from '../adapters/redis/store.ts';
import type { Config } from '../config.ts';
import { mustBeKnown } from '../domain/barred.ts';
import { isTransient } from '../domain/failure.ts';
import { type GatherWorld, identityOf } from '../flow/gather.ts';
import type { Observe } from '../flow/ports.ts';
import { nobody, openPeople, slackOf } from './world.ts';

/** The newest; whoever asks wants to know soon. */
const MOST_READ = 100;

const observe: Observe = () => {};

/** Names as they were sent, each once. Throws where Redis, the directory or Slack does not say. */
export async function strangersIn(config: Config): Promise<readonly string[]> {
  const redis = connectRedis({ url: config.redis.url, observe });
  const ends: (() => unknown)[] = [() => redis.close()];
  try {
    const { namespace } = config;
    const store = await openStore({ redis: redis.commands, namespace });
    ends.push(() => store.close());
    const people = await openPeople(config, redis, observe);
    ends.push(() => people?.stop());
    const accounts = slackOf(config, observe).slack?.accounts;
    const links = openLinks({ redis: redis.commands, namespace });
    const world: GatherWorld = { directory: people ?? nobody, links, ...(accounts === undefined ? {} : { accounts }) };
    const { items } = await store.list({ status: 'pending', limit: MOST_READ });
    const asked = items.filter(({ approval }) => approval !== undefined);
    const names = new Set(asked.flatMap(record => mustBeKnown(record, record.approval ?? {})).map(({ name }) => name));
    const found: string[] = [];
    for (const name of names) {
      const identity = await identityOf(world, name).catch(error => {
        // Slack is not asked about names without end. Some of them are news enough; none is not the same as nobody.
        if (!isTransient(error) || found.length === 0) throw error;
      });
      if (identity === undefined) break;
      if (!identity.isKnown) found.push(name);
    }
    return found;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
