// (b) The naive pipelines: a BullMQ worker that asks OPA the same question and returns. Nothing is stored. *Naive* asks singly
// and tells nobody but its own process; *batched* asks together and adds together what waits; *fair* asks singly and
// tells the asker through Redis, as Countersign must.
import { randomUUID } from 'node:crypto';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { inTurn } from '../../../src/adapters/redis/in-turn.ts';
import type { Submission } from '../../../src/domain/submission.ts';
import { allowedSubmission, questionFor } from '../request.ts';
import { askingSingly, askingTogether } from './asking.ts';
import { fail, sum } from './bare.ts';
import { type OpenPipeline, RETENTION } from './pipeline.ts';
import { tellingInside, tellingThroughRedis } from './telling.ts';

export const openNaive = naive({ asking: askingSingly, telling: tellingInside, addsTogether: false });
export const openBatched = naive({ asking: askingTogether, telling: tellingInside, addsTogether: true });
export const openFair = naive({ asking: askingSingly, telling: tellingThroughRedis, addsTogether: false });

type Ways = {
  readonly asking: typeof askingSingly;
  readonly telling: typeof tellingInside;
  readonly addsTogether: boolean;
};

type Added = { readonly name: string; readonly data: Submission; readonly opts: { readonly jobId: string } };

function naive({ asking, telling, addsTogether }: Ways): OpenPipeline {
  return async place => {
    const { redisUrl, inFlight } = place;
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const prefix = `{naive-${randomUUID()}}:bull`;
    const opa = asking(place);
    const answers = telling(redisUrl, `${prefix}:answers`);
    let asked = 0;
    let allowed = 0;

    const queue = new Queue('requests', { prefix, connection, defaultJobOptions: RETENTION });
    const worker = new Worker(
      'requests',
      async (job: Job<Submission>) => {
        if (await opa.ask(questionFor(job.data, `req_${job.id}`, Date.now()))) allowed += 1;
        await answers.tell(job.id ?? '');
      },
      { prefix, connection, concurrency: inFlight },
    );
    worker.on('error', fail);
    const offer = inTurn<Added>(async all => {
      await queue.addBulk([...all]);
    });
    const add = async (job: Added) => {
      if (addsTogether) offer(job);
      else await queue.add(job.name, job.data, job.opts);
    };
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
        if (allowed !== asked)
          throw new Error(`naive: ${allowed} of ${asked} requests were allowed. Check its policy.`);
      },
      async ask() {
        const jobId = `n_${asked++}`;
        const heard = answers.heard(jobId);
        await add({ name: 'request', data: allowedSubmission(asked), opts: { jobId } });
        await heard;
      },
      async close() {
        await worker.close();
        await queue.close();
        await opa.close();
        answers.close();
        connection.disconnect();
      },
    };
  };
}
