// (a) BullMQ alone: a worker that does nothing. No pipeline on this queue can be faster.
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { allowedSubmission } from '../request.ts';
import { type OpenPipeline, RETENTION } from './pipeline.ts';

export const openBare: OpenPipeline = async ({ redisUrl, inFlight }) => {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const name = { prefix: `{bare-${randomUUID()}}:bull`, connection };
  const queue = new Queue('requests', { ...name, defaultJobOptions: RETENTION });
  const worker = new Worker('requests', async () => undefined, { ...name, concurrency: inFlight });
  worker.on('error', fail);
  await queue.pause();
  await worker.waitUntilReady();
  return {
    async preload(count) {
      await queue.pause();
      await queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: 'request', data: allowedSubmission(n) })));
    },
    resume: () => queue.resume(),
    left: async () => sum(await queue.getJobCounts('waiting', 'active')),
    verify: async () => undefined,
    async close() {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
};

export function sum(counts: { readonly [state: string]: number }): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

export function fail(error: Error): void {
  throw error;
}
