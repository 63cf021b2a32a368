// Redis as the queue's client uses it: where envelopes are put, where records are read, what hints of changes.
import type { Queue } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { type Changes, followChanges } from '../changes/follow.ts';
import type { RequestRecord } from '../domain/record.ts';
import { CountersignError, Rejected, Unreachable } from './errors.ts';
import { pauseMs, sleep } from './pace.ts';

const shared = {
  retryStrategy: (times: number) => Math.min(50 * 2 ** times, 1_000) + Math.random() * 100,
  connectTimeout: 5_000,
  connectionName: 'countersign-client',
} satisfies RedisOptions;

/** Well below the 15 s after which the socket is given up. */
const BLOCK_MS = 5_000;

type Tempers = Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout' | 'socketTimeout' | 'enableAutoPipelining'>;

export type Connections = {
  readonly queue: Queue;
  readonly reads: Redis;
  readonly changes: Changes;
  close(): void;
};

/** Loaded only here: a service that asks over HTTP needs neither package. `service` names the one that is told. */
export async function openConnections(
  redisUrl: string,
  namespace: string,
  service: () => Promise<string>,
): Promise<Connections> {
  const [{ Queue }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
  const connect = (more: Tempers) => new Redis(redisUrl, { ...shared, ...more }).on('error', () => {});
  const writes = connect({ maxRetriesPerRequest: 1, commandTimeout: 3_000, socketTimeout: 5_000 });
  const reads = connect({
    maxRetriesPerRequest: 1,
    commandTimeout: 3_000,
    socketTimeout: 5_000,
    enableAutoPipelining: true,
  });
  const blocking = connect({ maxRetriesPerRequest: null, socketTimeout: 15_000 });
  const queue = new Queue('requests', {
    connection: writes,
    prefix: `{${namespace}}:bull`,
    skipWaitingForReady: true,
    skipMetasUpdate: true,
  });
  queue.on('error', () => {});
  const stream = async () => `{${namespace}}:told:${await service()}`;
  const changes = followChanges({ redis: reads, blocking, stream, blockMs: BLOCK_MS });
  return {
    queue,
    reads,
    changes,
    close() {
      void changes.stop();
      writes.disconnect();
      reads.disconnect();
    },
  };
}

export async function readOrTrouble(
  redis: Redis,
  namespace: string,
  id: string,
): Promise<RequestRecord | undefined | 'trouble'> {
  try {
    const text = await redis.hget(`{${namespace}}:request:${id}`, 'record');
    return text === null ? undefined : (JSON.parse(text) as RequestRecord);
  } catch {
    return 'trouble';
  }
}

/** A record as its waiters are told it; undefined when it is to be read. */
export function toldRecord(text: string, id: string): RequestRecord | undefined {
  if (text === '') return undefined;
  try {
    const record = JSON.parse(text) as RequestRecord;
    return record.id === id ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Worked off, and yet there is no record: the envelope was refused. */
export async function hasLeftQueue(queue: Queue, id: string): Promise<boolean> {
  try {
    return ['completed', 'failed', 'unknown'].includes(await queue.getJobState(id));
  } catch {
    return false;
  }
}

/** Tries until it is done: an error of Redis does not mean that nothing happened, and the same id makes it once. */
export async function untilDone<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  let lastCause: unknown;
  for (let n = 0; !signal.aborted; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof CountersignError) throw error;
      if (error instanceof Error && /^(NOAUTH|NOPERM|WRONGPASS)\b/.test(error.message)) {
        throw new Rejected('redis_refuses', 'Redis refuses this client.', 'Check the user and its rights in the URL.');
      }
      // Its message only: a driver's error carries the command that failed, with everything that was sent.
      lastCause = new Error(error instanceof Error ? error.message : 'unknown');
      await sleep(pauseMs(n), signal);
    }
  }
  throw new Unreachable('the queue in Redis', { cause: lastCause });
}
