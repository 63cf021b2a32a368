// Anti-entropy: compares what must agree, and mends it. Speed comes from elsewhere; this gives certainty.
import type { Redis } from 'ioredis';
import { nextAlarm } from '../../domain/alarm.ts';
import { statuses } from '../../domain/lifecycle.ts';
import { orFailure } from './failures.ts';
import { idAt, type Keyspace, place } from './keyspace.ts';
import type { ReadLegible } from './legible.ts';
import { askAgain } from './undecided.ts';
import { forgetShown } from './unshown.ts';

export type Repaired = {
  /** Pending requests that no deadline would have ended. */
  readonly deadlinesRestored: number;
  /** Places and deadlines of requests that are gone, resolved, or wait for no card any more. */
  readonly leftoversRemoved: number;
  /** Pending requests that policy has not answered for a while, and is asked about again. */
  readonly decisionsAsked: number;
};

export type RepairOptions = {
  readonly redis: Redis;
  readonly keys: Keyspace;
  readonly read: ReadLegible;
  readonly retentionMs: number;
  readonly now: () => number;
};

const BATCH = 500;
/** A deadline this old was not taken up by any sweeper: see whether its request still exists. */
const OVERDUE_MS = 60_000;
/** No request stays pending longer than policy lets it; a year is beyond all that we saw. */
const LONGEST_PENDING_MS = 366 * 86_400_000;

/** Returns the store's `repair`. */
export function repairer({ redis, keys, read, retentionMs, now }: RepairOptions): () => Promise<Repaired> {
  return async () => {
    const services = await orFailure(redis.smembers(keys.services));
    let deadlinesRestored = 0;
    let leftoversRemoved = (await dropDeadDeadlines()) + (await forgetShown({ redis, keys, read }));
    deadlinesRestored += await restoreDeadlines(keys.reviews);
    for (const service of services) {
      deadlinesRestored += await restoreDeadlines(keys.list(service, 'pending'));
      leftoversRemoved += await dropOldPlaces(service);
    }
    const decisionsAsked = await askAgain({ redis, keys, read, now });
    return { deadlinesRestored, leftoversRemoved, decisionsAsked };
  };

  /** Listed as open, but absent from the deadlines: it would wait for ever. */
  async function restoreDeadlines(list: string): Promise<number> {
    let restored = 0;
    let min = '-';
    for (;;) {
      const places = await orFailure(redis.zrangebylex(list, min, '+', 'LIMIT', 0, BATCH));
      const last = places.at(-1);
      if (last === undefined) return restored;
      min = `(${last}`;
      const deadlines = await orFailure(redis.zmscore(keys.deadlines, ...places.map(idAt)));
      for (const [i, listed] of places.entries()) {
        if (deadlines[i] !== null) continue;
        const record = await read(idAt(listed));
        if (record === 'illegible') continue; // whoever wrote it mends it
        const alarm = record === undefined ? undefined : nextAlarm(record);
        if (alarm !== undefined) {
          // NX: a commit since then knows better. Should it resolve just now, the sweeper finds nothing to do.
          restored += Number(await orFailure(redis.zadd(keys.deadlines, 'NX', alarm.at, idAt(listed))));
        } else {
          await orFailure(redis.zrem(list, listed));
        }
      }
    }
  }

  async function dropDeadDeadlines(): Promise<number> {
    const overdue = await orFailure(redis.zrangebyscore(keys.deadlines, '-inf', now() - OVERDUE_MS, 'LIMIT', 0, BATCH));
    let removed = 0;
    for (const id of overdue) {
      const record = await read(id);
      if (record === 'illegible') continue;
      const isOver = record === undefined || nextAlarm(record) === undefined;
      if (isOver) removed += await orFailure(redis.zrem(keys.deadlines, id));
    }
    return removed;
  }

  /** A service that never lists its requests would keep their places for ever. */
  async function dropOldPlaces(service: string): Promise<number> {
    const oldest = place(new Date(now() - retentionMs - LONGEST_PENDING_MS).toISOString(), '');
    const removed = await Promise.all(
      statuses
        .filter(status => status !== 'pending')
        .map(status => orFailure(redis.zremrangebylex(keys.list(service, status), '-', `(${oldest}`))),
    );
    return removed.reduce((sum, count) => sum + count, 0);
  }
}
