// The SDK through the queue: signed envelopes in, the stored record as the only answer.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIntakes } from '../../src/adapters/bullmq/intakes.ts';
import { answerOf, refuser } from '../../src/adapters/redis/answers.ts';
import { isApproved, Rejected, StillPending } from '../../src/client/index.ts';
import { connectQueue } from '../../src/client/queue.ts';
import { answersStream } from '../../src/contract/queue.ts';
import type { Resolved } from '../../src/domain/lifecycle.ts';
import { aRecord, aSubmission } from '../support/samples.ts';
import { namespace, redisUrl, startRedis } from '../support/services.ts';
import { type Memory, openMemory } from './parts.ts';

const results: readonly Resolved[] = ['approved', 'denied', 'expired', 'cancelled', 'failed'];
const space = namespace();
let memory: Memory;
let intake: Awaited<ReturnType<typeof startIntakes>>;
let key: string;
/** Called with each id that was admitted. */
let onAdmitted: (id: string) => void = () => {};

beforeAll(async () => {
  memory = await openMemory(redisUrl(), space);
  intake = await takeIn(memory);
  key = (await memory.keys.create('deployer', { queue: true })).secret;
});
afterAll(async () => {
  await intake.stop();
  await memory.close();
});

function takeIn({ store, keys, connections, admit, namespace: where }: Memory) {
  return startIntakes({
    services: () => keys.intakes(),
    connection: connections.forQueues('intake'),
    namespace: where,
    publicKey: keys.publicKey,
    async admit(call) {
      const admission = await admit({ ...call, key: call.submission.idempotency_key ?? '' });
      if (admission.kind !== 'refusal') onAdmitted(admission.record.id);
      return admission;
    },
    note: store.note,
    answerRefused: refuser({ redis: connections.commands, namespace: where }),
    now: store.now,
    observe: () => {},
  });
}

const client = (more: Partial<Parameters<typeof connectQueue>[0]> = {}) =>
  connectQueue({ redisUrl: redisUrl(), namespace: space, key, ...more });

describe('asking through the queue', () => {
  it.each(results)('tells %s as it is, and only approved is yes', async status => {
    const countersign = client();
    onAdmitted = id => void memory.end(id, status);
    const answer = await countersign.request(aSubmission());
    expect(answer).toMatchObject({ status, service: { id: 'deployer', auth: 'queue_key' } });
    expect(isApproved(answer)).toBe(status === 'approved');
    await countersign.close();
  });

  it('submits once under one key, and tells the same id as HTTP would', async () => {
    onAdmitted = () => {};
    const countersign = client();
    const request = aSubmission({ idempotency_key: 'deploy-17' });
    const [first, again] = await Promise.all([countersign.submit(request), countersign.submit(request)]);
    expect(again).toEqual(first);
    await expect(countersign.wait(first.id, { timeoutMs: 50 })).rejects.toBeInstanceOf(StillPending);
    await memory.end(first.id, 'denied');
    expect(await countersign.request(request)).toMatchObject({ id: first.id, status: 'denied' });
    await countersign.close();
  });

  it('finds out that the key was used for another request', async () => {
    onAdmitted = () => {};
    const countersign = client();
    await countersign.submit(aSubmission({ idempotency_key: 'k' }));
    const other = aSubmission({ idempotency_key: 'k', params: { force: false } });
    await expect(countersign.request(other)).rejects.toMatchObject({ code: 'conflict' });
    await countersign.close();
  });

  it('tells 64 at once, each its own answer', async () => {
    const countersign = client();
    onAdmitted = id => void memory.end(id, id.charCodeAt(10) % 2 === 0 ? 'approved' : 'denied');
    const answers = await Promise.all(Array.from({ length: 64 }, () => countersign.request(aSubmission())));
    for (const { id, status } of answers) expect(status).toBe(id.charCodeAt(10) % 2 === 0 ? 'approved' : 'denied');
    await countersign.close();
  });

  it('refuses here what would be refused there, for nobody answers an envelope', async () => {
    const countersign = client();
    const error = await countersign.submit(aSubmission({ action: '', expires_in: 'soon' })).catch(thrown => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect(error.faults).toHaveLength(2);
    await countersign.close();
  });

  it('does not wait for ever for an envelope that was refused', async () => {
    const { secret, info } = await memory.keys.create('deployer', { queue: true });
    const revoked = client({ key: secret });
    await memory.keys.revoke(info.id);
    const refusal = await revoked.request(aSubmission()).catch(thrown => thrown);
    expect(refusal).toBeInstanceOf(Rejected);
    expect(refusal).toMatchObject({ code: 'envelope_unknown_key', message: expect.stringContaining('keys create') });
    await revoked.close();
  });

  it('does not wait for ever for an envelope that somebody took out of the queue', async () => {
    const { secret } = await memory.keys.create('unheard', { queue: true });
    const where = namespace(); // where nobody takes anything in
    const countersign = client({ key: secret, namespace: where });
    const { id } = await countersign.submit(aSubmission());
    const waited = countersign.wait(id);
    const thief = new Redis(redisUrl());
    await thief.del(...(await thief.keys(`{${where}}:*`)));
    await expect(waited).rejects.toMatchObject({ code: 'not_admitted' });
    thief.disconnect();
    await countersign.close();
  });

  it('asks as a service whose first key was made a moment ago', async () => {
    const { secret } = await memory.keys.create('newcomer', { queue: true });
    const countersign = client({ key: secret });
    onAdmitted = id => void memory.end(id, 'approved');
    expect(await countersign.request(aSubmission())).toMatchObject({ status: 'approved', service: { id: 'newcomer' } });
    await countersign.close();
  });

  it('works with a key from before keys named their service, if the service is told', async () => {
    const [, kid = '', secret = ''] = /^csq_([0-9a-z]+)\..*_(.{64})$/.exec(key) ?? [];
    const old = `csq_${kid}_${secret}`;
    expect(() => client({ key: old })).toThrow(/service/);
    const countersign = client({ key: old, service: 'deployer' });
    onAdmitted = id => void memory.end(id, 'denied');
    expect(await countersign.request(aSubmission())).toMatchObject({ status: 'denied' });
    await countersign.close();
  });

  it('reads no key but its own', () => {
    expect(() => client({ key: 'csk_something' })).toThrow(/keys create/);
  });

  it.each([
    ['nothing in it', ''],
    ["another request's answer", JSON.stringify(answerOf(aRecord({ status: 'approved' })))],
    ['words', 'approved'],
  ])('is not told it ended by a hint with %s', async (_what, told) => {
    onAdmitted = () => {};
    const countersign = client();
    const { id } = await countersign.submit(aSubmission());
    const waited = countersign.wait(id, { timeoutMs: 500 });
    const liar = new Redis(redisUrl());
    await liar.xadd(answersStream(space, 'deployer'), '*', 'id', id, 'answer', told);
    await expect(waited).rejects.toBeInstanceOf(StillPending);
    liar.disconnect();
    await countersign.close();
  });

  it('stops waiting when it is closed', async () => {
    onAdmitted = () => {};
    const countersign = client();
    const { id } = await countersign.submit(aSubmission());
    const waited = countersign.wait(id).catch(thrown => thrown);
    await countersign.close();
    expect(await waited).toBeInstanceOf(StillPending);
  });
});

it('survives a Redis that was killed: what was asked is asked once, and told', async () => {
  const redis = await startRedis();
  const where = namespace();
  const other = await openMemory(redis.url, where);
  const { secret } = await other.keys.create('deployer', { queue: true });
  const working = await takeIn(other);
  const countersign = connectQueue({ redisUrl: redis.url, namespace: where, key: secret });
  onAdmitted = () => {};
  const before = await countersign.submit(aSubmission());
  const waited = countersign.wait(before.id);
  await expect.poll(() => other.store.read(before.id)).toBeDefined();
  await redis.kill();
  const during = countersign.submit(aSubmission());
  await redis.restart();
  const { id } = await during;
  await expect.poll(() => other.store.read(id).catch(() => undefined), { timeout: 15_000 }).toBeDefined();
  await other.end(before.id, 'approved');
  expect((await waited).status).toBe('approved');
  await countersign.close();
  await working.stop();
  await other.close();
  await redis.stop();
}, 60_000);
