// Requests that policy has not answered yet: looked at now and then, and asked about again, should their errand be lost.
import type { Redis } from 'ioredis';
import { decideKey } from '../../domain/effect.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { encodeEffect } from '../../domain/stored/effect.ts';
import { encodeRecord } from '../../domain/stored/record.ts';
import { allOrFailure, orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';
import type { ReadLegible } from './legible.ts';

/** An answer comes within moments; by then somebody has tried several times. */
const LOOK_AFTER_MS = 60_000;
/** In a long outage of policy less and less is to be found out. */
const LOOK_AT_LEAST_EVERY_MS = 600_000;
const BATCH = 500;
/** In one round: the others have their turn in the next. */
const MOST_AT_ONCE = 5_000;

/** When to look whether anybody asks, in ms; undefined where policy has answered or nobody waits for it. */
export function nextLook(record: RequestRecord, now: number): number | undefined {
  return isUndecided(record) ? now + LOOK_AFTER_MS : undefined;
}

export type AskingAgain = {
  readonly redis: Redis;
  readonly keys: Keyspace;
  readonly read: ReadLegible;
  readonly now: () => number;
};

/**
 * Puts the errand of each that is due into the outbox once more, under the key that it has always had: where its job is
 * still there, waiting or at work, the queue takes no second one. How many, be they lost or not.
 */
export async function askAgain({ redis, keys, read, now }: AskingAgain): Promise<number> {
  let asked = 0;
  for (let seen = 0; seen < MOST_AT_ONCE; seen += BATCH) {
    const due = await orFailure(redis.zrangebyscore(keys.undecided, '-inf', now(), 'LIMIT', 0, BATCH));
    const records = await Promise.all(due.map(async id => ({ id, record: await read(id) })));
    const writing = redis.pipeline();
    for (const { id, record } of records) {
      if (record === 'illegible') {
        // Somebody else can read it, and no other has to wait for that.
        writing.zadd(keys.undecided, 'XX', now() + LOOK_AT_LEAST_EVERY_MS, id);
        continue;
      }
      if (record === undefined || !isUndecided(record)) {
        writing.zrem(keys.undecided, id);
        continue;
      }
      const errand = ['key', decideKey(id), 'id', id, 'effect', encodeEffect({ kind: 'decide' })];
      // In the lane that it had at first: there its job may still be.
      writing.xadd(keys.outbox, '*', ...errand, 'rank', '', 'bytes', encodeRecord(record).length);
      // XX: a commit since then may have taken it out. Should it be answered just now, the errand finds nothing to do.
      writing.zadd(keys.undecided, 'XX', now() + pauseMs(record, now()), id);
      asked += 1;
    }
    await allOrFailure(writing.exec());
    if (due.length < BATCH) break;
  }
  return asked;
}

function isUndecided({ status, decision }: RequestRecord): boolean {
  return status === 'pending' && decision === undefined;
}

/** As long again as it has waited. */
function pauseMs({ submittedAt }: RequestRecord, now: number): number {
  return Math.min(Math.max(now - Date.parse(submittedAt), LOOK_AFTER_MS), LOOK_AT_LEAST_EVERY_MS);
}
