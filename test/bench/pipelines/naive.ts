// (b) The naive pipeline: a BullMQ worker that asks OPA the same question and returns. Nothing is stored, nobody is told;
// in the closed loop its submitter hears of the end within the process, which no real submitter could.
import { randomUUID } from 'node:crypto';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'undici';
import type { Submission } from '../../../src/domain/submission.ts';
import { allowedSubmission, questionFor } from '../request.ts';
import { fail, sum } from './bare.ts';
import { type OpenPipeline, RETENTION } from './pipeline.ts';

export const openNaive: OpenPipeline = async ({ redisUrl, opaUrl, decisionPath, inFlight }) => {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const name = { prefix: `{naive-${randomUUID()}}:bull`, connection };
  const opa = new Pool(opaUrl, { connections: inFlight, pipelining: 1 });
  const told = new Map<string, () => void>();
  let asked = 0;
  let allowed = 0;

  const queue = new Queue('requests', { ...name, defaultJobOptions: RETENTION });
  const worker = new Worker(
    'requests',
    async (job: Job<Submission>) => {
      const { body } = await opa.request({
        method: 'POST',
        path: `/v1/data/${decisionPath}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input: questionFor(job.data, `req_${job.id}`, Date.now()) }),
      });
      if (isAllow(await body.json())) allowed += 1;
      const id = job.id ?? '';
      told.get(id)?.();
      told.delete(id);
    },
    { ...name, concurrency: inFlight },
  );
  worker.on('error', fail);
  await queue.pause();
  await worker.waitUntilReady();
  return {
    async preload(count) {
      await queue.pause();
      await queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: 'request', data: allowedSubmission(n) })));
      asked += count;
    },
    resume: () => queue.resume(),
    left: async () => sum(await queue.getJobCounts('waiting', 'active')),
    async verify() {
      if (allowed !== asked) throw new Error(`naive: ${allowed} of ${asked} requests were allowed. Check its policy.`);
    },
    async ask() {
      const jobId = `n_${asked++}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      told.set(jobId, resolve);
      await queue.add('request', allowedSubmission(asked), { jobId });
      await promise;
    },
    async close() {
      await worker.close();
      await queue.close();
      await opa.close();
      connection.disconnect();
    },
  };
};

function isAllow(answer: unknown): boolean {
  const { result } = answer as { result?: unknown };
  return result === true || (result as { outcome?: unknown } | undefined)?.outcome === 'allow';
}
