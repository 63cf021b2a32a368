// Whatever is put into the queue by whomever: admitted only for a signature that holds, else refused and written down.
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { type QueueKey, readQueueKey, sealEnvelope } from '../../src/contract/envelope.ts';
import { intakeQueue, queuePrefix, SHARED_INTAKE } from '../../src/contract/queue.ts';
import { remove } from '../e2e/asked.ts';
import { type House, openHouse } from '../support/house.ts';
import { redisUrl } from '../support/services.ts';
import { altered, sample, times, within } from './plan.ts';

const COUNT = times(300, 10_000);
let house: House;
let redis: Redis;
let key: QueueKey;

beforeAll(async () => {
  house = await openHouse({ roles: ['worker', 'api'], env: { LOG_LEVEL: 'warn' } });
  redis = new Redis(redisUrl(), { maxRetriesPerRequest: null });
  const keys = openKeys({ redis, namespace: house.namespace, now: Date.now });
  const read = readQueueKey((await keys.create('liar', { queue: true })).secret);
  if (read === undefined) throw new Error('a key that was just made can be read');
  key = read;
});
afterAll(async () => {
  redis?.disconnect();
  await house?.stop();
});

/** Puts all of it in, and waits until nothing is left. */
async function put(name: string, jobs: readonly unknown[]): Promise<void> {
  const queue = new Queue(name, { connection: redis, prefix: queuePrefix(house.namespace) });
  await queue.addBulk(jobs.map(data => ({ name: 'request', data })));
  const left = async () => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((all, count) => all + count, 0);
  };
  await expect.poll(left, { timeout: within(jobs.length), interval: 100 }).toBe(0);
  await queue.close();
}

it.each([
  ['the shared intake', SHARED_INTAKE],
  ["a service's own", intakeQueue('liar')],
])(
  'jobs of any shape in %s admit nothing, and each is refused',
  { timeout: within(COUNT) * 2 },
  async (_what, queue) => {
    const before = (await house.notes()).length;
    const good = { envelope: sealEnvelope(JSON.stringify({ ...remove, idempotency_key: 'k' }), key, Date.now()) };
    const tokens = fc
      .tuple(fc.nat(good.envelope.length - 1), fc.constantFrom('A', '.', '-', '', 'é'))
      .map(([at, put]) => good.envelope.slice(0, at) + put + good.envelope.slice(at + 1));
    const forged = tokens.filter(token => token !== good.envelope).map(envelope => ({ envelope }));
    const jobs = sample(fc.oneof(forged, fc.jsonValue(), fc.record({ envelope: fc.jsonValue() })), COUNT);
    await put(queue, jobs);
    const notes = (await house.notes()).slice(before);
    expect(notes.filter(({ event }) => event === 'envelope_refused')).toHaveLength(COUNT);
    expect((await (await house.service('liar')).list()).items).toEqual([]);
  },
);

it('rightly signed requests of any shape are admitted or refused, and the next one is answered', {
  timeout: within(COUNT),
}, async () => {
  const bodies = sample(fc.oneof(altered({ ...remove, reason: 'r', params: { a: [1] } }), fc.jsonValue()), COUNT);
  const jobs = bodies.map(body => {
    const whole = typeof body === 'object' && body !== null ? { ...body, idempotency_key: randomUUID() } : body;
    return { envelope: sealEnvelope(JSON.stringify(whole) ?? '', key, Date.now()) };
  });
  await put(intakeQueue('liar'), jobs);
  const failed = new Queue(intakeQueue('liar'), { connection: redis, prefix: queuePrefix(house.namespace) });
  expect(await failed.getFailedCount()).toBe(0);
  await failed.close();
  expect(await house.queue.request(remove)).toMatchObject({ status: 'approved' });
});
