// The memory, in Redis: one record per request, changed only by a compare-and-set.
import type { Redis } from 'ioredis';
import { written } from '../../domain/audit/written.ts';
import { GLASS_WINDOW_MS } from '../../domain/glass.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { decodeRecord } from '../../domain/stored/record.ts';
import type { Peeked, Store } from '../../flow/ports.ts';
import { startClock } from './clock.ts';
import type { StoreBudgets } from './commit-call.ts';
import { committer } from './commits.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';
import { legible } from './legible.ts';
import { lister } from './lists.ts';
import { peeker } from './peek.ts';
import { type Repaired, repairer } from './repair.ts';

export type RedisStore = Store & {
  /** How a request stands, without its record. */
  peek(id: string): Promise<Peeked | undefined>;
  /** When the next pending request is due, in ms. */
  nextDeadlineAt(): Promise<number | undefined>;
  /** Puts right what was damaged from outside, and forgets places whose records have ended. */
  repair(): Promise<Repaired>;
  close(): void;
};

export type StoreOptions = {
  readonly redis: Redis;
  readonly namespace: string;
  /** How long a request stays after its last change once it is resolved. */
  readonly retentionMs?: number;
  /** What one service may have. */
  readonly budgets?: StoreBudgets;
};

export const DEFAULT_RETENTION_MS = 30 * 86_400_000;

/** Opens the store; it needs Redis to answer, because the time is Redis's. */
export async function openStore({
  redis,
  namespace,
  retentionMs = DEFAULT_RETENTION_MS,
  budgets,
}: StoreOptions): Promise<RedisStore> {
  const keys = keyspace(namespace);
  const clock = await startClock(redis);

  async function read(id: string): Promise<RequestRecord | undefined> {
    const text = await orFailure(redis.hget(keys.request(id), 'record'));
    return text === null ? undefined : decodeRecord(text);
  }

  return {
    now: clock.now,
    close: clock.stop,
    read,
    peek: peeker(redis, keys, read),
    commit: committer({ redis, keys, retentionMs, now: clock.now, ...(budgets === undefined ? {} : { budgets }) }),
    list: lister(redis, keys),
    repair: repairer({ redis, keys, read: legible(read), retentionMs, now: clock.now }),
    async note(event) {
      await orFailure(redis.xadd(keys.audit, '*', 'fact', JSON.stringify(written(event))));
    },
    async glassBrokenBy(service, except) {
      const since = clock.now() - GLASS_WINDOW_MS;
      const ids = await orFailure(redis.zrangebyscore(keys.glass(service), `(${since}`, '+inf'));
      return ids.filter(id => id !== except).length;
    },
    due: (ms, limit) => orFailure(redis.zrangebyscore(keys.deadlines, '-inf', ms, 'LIMIT', 0, limit)),
    async nextDeadlineAt() {
      const [, score] = await orFailure(
        redis.zrangebyscore(keys.deadlines, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, 1),
      );
      return score === undefined ? undefined : Number(score);
    },
  };
}
