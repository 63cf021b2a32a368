// Effects: performed at least once, by kind in lanes of their own, tried again for as long as that can help.
import { UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { EffectRef } from '../../domain/effect.ts';
import { decodeEffect } from '../../domain/stored/effect.ts';
import type { Lane, Observe } from '../../flow/ports.ts';
import { type QueueName, type QueuePlan, queueNames, queuePlans } from './lanes.ts';
import { AttemptFailed, asQueueError, codeOf, retryDelayMs } from './retry.ts';
import { runWorker } from './worker.ts';

export type EffectsOptions = {
  readonly connection: Redis;
  readonly namespace: string;
  /** Performs one effect. A transient failure brings it back; a repeat must be harmless. */
  readonly perform: (ref: EffectRef, signal?: AbortSignal) => Promise<void>;
  readonly observe: Observe;
  /** Which lanes this process works on; all when absent. */
  readonly lanes?: readonly Lane[];
  /** For a deployment with other needs, and for tests that cannot wait. */
  readonly plans?: { readonly [queue in QueueName]?: Partial<QueuePlan> };
};

/** A window in which a repeat is noticed by the queue already; the handler's own check is the guarantee. */
const KEPT = { count: 1_000, age: 86_400 };
const GRACE_MS = 10_000;

export function startEffects(options: EffectsOptions): { stop(): Promise<void> } {
  const { lanes, plans } = options;
  const workers = queueNames
    .filter(name => lanes?.includes(queuePlans[name].lane) ?? true)
    .map(name => startQueue(name, { ...queuePlans[name], ...plans?.[name] }, options));
  return {
    async stop() {
      await Promise.all(workers.map(worker => worker.stop(GRACE_MS)));
    },
  };
}

function startQueue(queue: QueueName, plan: QueuePlan, { connection, namespace, perform, observe }: EffectsOptions) {
  return runWorker<EffectRef>({
    queue,
    namespace,
    connection,
    concurrency: plan.concurrency,
    observe,
    removeOnComplete: KEPT,
    retryDelayMs: (made, error) =>
      retryDelayMs(made, plan, error instanceof AttemptFailed ? error.retryAfterMs : undefined),
    process: async (job, _token, signal) => {
      try {
        // What a newer version put into the queue comes back until a process of that version takes it.
        await perform({ ...job.data, effect: decodeEffect(job.data.effect) }, signal);
      } catch (error) {
        const thrown = asQueueError(error, job.attemptsMade);
        if (thrown instanceof UnrecoverableError) {
          const message = `The effect ${job.name} of ${job.data.id} was given up; see the request's audit.`;
          observe({ kind: 'trouble', where: 'effects', code: codeOf(error), message });
        }
        throw thrown;
      }
    },
  });
}
