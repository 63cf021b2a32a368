// A copy of all links, some seconds old at most, for naming people on cards. Whatever decides reads the links themselves.
import type { Redis } from 'ioredis';
import type { Observe } from '../../flow/ports.ts';
import { storeFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type LinkNames = {
  /** The account that a person had linked a moment ago. */
  accountOf(person: string): string | undefined;
  /** Looks now, and does not wait for the next time. */
  refresh(): Promise<void>;
  stop(): void;
};

export type LinkNamesOptions = {
  readonly redis: Redis;
  readonly namespace: string;
  readonly observe: Observe;
  readonly everyMs?: number;
};

/** Most looks find that nothing has changed, and cost one short read. */
const LOOK_EVERY_MS = 5_000;

export async function followLinks(options: LinkNamesOptions): Promise<LinkNames> {
  const { redis, namespace, observe, everyMs = LOOK_EVERY_MS } = options;
  const { links, linksVersion } = keyspace(namespace);
  let version: string | null = null;
  let accounts: ReadonlyMap<string, string> = new Map();
  let isTroubled = false;

  async function look(): Promise<void> {
    const newest = await redis.get(linksVersion);
    if (newest === version) return;
    const stored = await redis.hgetall(links);
    accounts = new Map(Object.entries(stored).map(([account, person]) => [person, account]));
    version = newest; // taken before the links were read: a change in between is seen next time
  }

  /** Without Redis the names stay as they were. Told once an outage. */
  async function refresh(): Promise<void> {
    try {
      await look();
      isTroubled = false;
    } catch (error) {
      if (isTroubled) return;
      isTroubled = true;
      const { code } = storeFailure(error);
      const message = 'Linked Slack accounts cannot be read; people are named as before. Check Redis.';
      observe({ kind: 'trouble', where: 'redis', code, message });
    }
  }

  await refresh();
  const timer = setInterval(() => void refresh(), everyMs);
  timer.unref();
  return { accountOf: person => accounts.get(person), refresh, stop: () => clearInterval(timer) };
}
