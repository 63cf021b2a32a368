// One way to run a worker: short locks, lost locks cancel, an end that does not wait for ever.
import { type Job, type KeepJobs, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { queuePrefix } from '../../contract/queue.ts';
import { isInTime } from '../../contract/time.ts';
import type { Observe } from '../../flow/ports.ts';

export type WorkerPlan<Data> = {
  readonly queue: string;
  readonly namespace: string;
  readonly connection: Redis;
  readonly concurrency: number;
  readonly observe: Observe;
  readonly removeOnComplete: KeepJobs;
  readonly process: (job: Job<Data>, token: string | undefined, signal: AbortSignal | undefined) => Promise<void>;
  readonly retryDelayMs?: (attemptsMade: number, error: unknown) => number;
};

/** A killed worker's job is taken up again after at most twice this. */
const LOCK_MS = 5_000;
/** Deploys are not poison. */
const MOST_STALLS = 10;
const GRACE_WITHOUT_REDIS_MS = 2_000;
const LAST_CALL_MS = 1_000;

export type RunningWorker = { readonly worker: Worker; stop(graceMs: number): Promise<void> };

export function runWorker<Data>(plan: WorkerPlan<Data>): RunningWorker {
  const { queue, observe, retryDelayMs } = plan;
  const worker = new Worker<Data, void>(
    queue,
    // Three parameters, spelt out: the signal is given only to a function that declares it.
    async (job, token, signal) => {
      await plan.process(job, token, signal);
    },
    {
      connection: plan.connection,
      prefix: queuePrefix(plan.namespace),
      concurrency: plan.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      maxStalledCount: MOST_STALLS,
      removeOnComplete: plan.removeOnComplete,
      removeOnFail: { count: 5_000 },
      ...(retryDelayMs === undefined
        ? {}
        : { settings: { backoffStrategy: (made, _type, error) => retryDelayMs(made, error) } }),
    },
  );
  const trouble = (code: string, message: string) =>
    observe({ kind: 'trouble', where: `queue ${queue}`, code, message });
  worker.on('error', error => trouble(error.name, 'The queue cannot be read just now; check Redis.'));
  worker.on('lockRenewalFailed', ids => {
    trouble('lock_lost', `${ids.length} job(s) took too long to answer for and will be done again elsewhere.`);
    for (const id of ids) worker.cancelJob(id, 'lock lost');
  });
  return { worker, stop: graceMs => stop(worker, plan.connection, graceMs) };
}

/**
 * Takes nothing new from this moment, waits for what runs, then tells it to end. What does not end is cut off with the
 * connection and taken up by another worker: asked to close by force after it was asked to close, BullMQ only goes on waiting.
 */
async function stop(worker: Worker, connection: Redis, graceMs: number): Promise<void> {
  const done = worker.close();
  // Without Redis nothing that runs could be written down.
  if (await isInTime(done, connection.status === 'ready' ? graceMs : Math.min(graceMs, GRACE_WITHOUT_REDIS_MS))) return;
  worker.cancelAllJobs('shutting down');
  await isInTime(done, LAST_CALL_MS);
}
