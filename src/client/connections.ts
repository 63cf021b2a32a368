// Redis as the queue's client uses it: its service's own intake, where envelopes are put, and its own answers. Nothing else.
import type { Queue } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import { type ReadAnswer, readAnswer } from '../contract/answer.ts';
import { type Changes, followChanges } from '../contract/follow.ts';
import { answerKey, answersStream, intakeQueue, queuePrefix } from '../contract/queue.ts';
import { nap } from '../contract/time.ts';
import { CountersignError, Rejected, Unreachable } from './errors.ts';
import { pauseMs } from './pace.ts';

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
  /** What the server has left for the request, by itself or as it came through the stream. */
  answerTo(id: string, heard: string): Promise<ReadAnswer | { readonly kind: 'trouble' }>;
  readonly changes: Changes;
  close(): void;
};

/** Loaded only here: a service that asks over HTTP needs neither package. */
export async function openConnections(redisUrl: string, namespace: string, service: string): Promise<Connections> {
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
  const queue = new Queue(intakeQueue(service), {
    connection: writes,
    prefix: queuePrefix(namespace),
    skipWaitingForReady: true,
    skipMetasUpdate: true,
  });
  queue.on('error', () => {});
  const stream = answersStream(namespace, service);
  const changes = followChanges({ redis: reads, blocking, stream, blockMs: BLOCK_MS });
  return {
    queue,
    async answerTo(id, heard) {
      const told = readAnswer(heard, id);
      if (told.kind !== 'none') return told;
      try {
        return readAnswer(await reads.get(answerKey(namespace, service, id)), id);
      } catch (error) {
        return refusedByRedis(error) ?? { kind: 'trouble' };
      }
    },
    changes,
    close() {
      void changes.stop();
      writes.disconnect();
      reads.disconnect();
    },
  };
}

const NO_RIGHTS = /^(NOAUTH|NOPERM|WRONGPASS)\b/;

/** Throws where no retry will help: this user of Redis may not do it. */
function refusedByRedis(error: unknown): undefined {
  if (!(error instanceof Error) || !NO_RIGHTS.test(error.message)) return undefined;
  const remedy =
    'Check the user in the URL, and give it the rights that "countersign redis acl --service <name>" prints.';
  throw new Rejected('redis_refuses', 'Redis refuses this client.', remedy);
}

/** Worked off, and yet there is no answer: somebody took it out of the queue, or it was sealed for nobody who is known. */
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
      refusedByRedis(error);
      // Its message only: a driver's error carries the command that failed, with everything that was sent.
      lastCause = new Error(error instanceof Error ? error.message : 'unknown');
      await nap(pauseMs(n), signal);
    }
  }
  throw new Unreachable('the queue in Redis', { cause: lastCause });
}
