// A request that policy has not answered is asked about again, should its errand be lost: real Redis, real BullMQ.
import { Queue } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { startEffects } from '../../../src/adapters/bullmq/effects.ts';
import { startRelay } from '../../../src/adapters/bullmq/relay.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { startSweeper } from '../../../src/adapters/redis/sweeper.ts';
import { askAgain } from '../../../src/adapters/redis/undecided.ts';
import { queuePrefix } from '../../../src/contract/queue.ts';
import { decideKey } from '../../../src/domain/effect.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { decide } from '../../../src/flow/decide.ts';
import { laneOf } from '../../../src/flow/effects.ts';
import type { Directory, Policy, StandingApprovals } from '../../../src/flow/ports.ts';
import { submit } from '../../../src/flow/submit.ts';
import { aSubmission, creation, verdict } from '../../contract/store.ts';
import { answer } from '../../support/samples.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

let opened: Opened;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  opened = await openOn(redisUrl());
  return async () => {
    await Promise.all(running.splice(0).map(part => part.stop()));
    await opened.close();
  };
});

const SOON = { timeout: 15_000, interval: 20 };
const service = { id: 'forgotten', auth: 'api_key' } as const;
const directory = { ownerOf: () => undefined, factsOf: () => undefined, membersOf: () => [] } as unknown as Directory;
const standing = { within: async () => [] } as unknown as StandingApprovals;

/** A policy server that is down until `isUp`. */
function policyServer() {
  const server = { isUp: false, asked: 0 };
  const policy: Policy = {
    async ask() {
      server.asked += 1;
      if (!server.isUp) throw new Failure('pdp_unavailable', 'Policy is away.', { isTransient: true });
      return { kind: 'answer', decision: answer('allow'), policy: {} };
    },
  };
  return Object.assign(server, { policy });
}

/** A worker, but for its intake; what it tries in vain waits for an hour. */
function work(policy: Policy): void {
  const { store, namespace, connections, observed } = opened;
  const observe = (observation: (typeof observed)[number]) => void observed.push(observation);
  const hour = { firstRetryMs: 3_600_000, longestRetryMs: 3_600_000 };
  running.push(
    startRelay({
      namespace,
      outbox: keyspace(namespace).outbox,
      laneOf,
      blocking: connections.forBlocking('relay'),
      connection: connections.forQueues('relay'),
      observe,
    }),
    startEffects({
      namespace,
      connection: connections.forQueues('effects'),
      observe,
      lanes: ['decisions'],
      plans: { decisions: hour },
      perform: ({ id }) => decide({ store, policy, directory, standing }, id),
    }),
  );
}

async function submitted(): Promise<RequestRecord> {
  const { store } = opened;
  const randomKey = () => crypto.randomUUID();
  const world = { store, directory, standing, observe: () => {}, randomKey, defaultExpiryMs: 3_600_000 };
  const admission = await submit(world, { service, submission: aSubmission });
  if (admission.kind === 'refusal') throw new Error('it was refused');
  return admission.record;
}

const decisions = () =>
  new Queue('decisions', { connection: opened.connections.forQueues('look'), prefix: queuePrefix(opened.namespace) });
const undecided = () => keyspace(opened.namespace).undecided;
/** As if the time to look had come. */
const makeDue = (...ids: readonly string[]) => opened.redis.zadd(undecided(), ...ids.flatMap(id => ['1', id]));

describe('a job to ask policy that somebody deleted', () => {
  it('is put back under the same key, and the request is decided, not left to the clock', async () => {
    const server = policyServer();
    work(server.policy);
    const { id } = await submitted();
    const queue = decisions();
    await expect.poll(() => queue.getDelayedCount(), SOON).toBe(1);
    expect(await queue.remove(decideKey(id))).toBe(1);
    server.isUp = true;
    await makeDue(id);
    running.push(startSweeper({ store: opened.store, wake: async () => {}, observe: () => {}, repairEveryMs: 20 }));
    await expect.poll(async () => (await opened.store.read(id))?.status, SOON).toBe('approved');
    expect(server.asked).toBe(2);
    expect(await opened.redis.zcard(undecided())).toBe(0);
    await queue.close();
  });

  it('is none where it is still there: no second one is made, however often it is looked at', async () => {
    const server = policyServer();
    work(server.policy);
    const { id } = await submitted();
    const queue = decisions();
    await expect.poll(() => queue.getDelayedCount(), SOON).toBe(1);
    for (let i = 0; i < 3; i++) {
      await makeDue(id);
      expect(await opened.store.repair()).toMatchObject({ decisionsAsked: 1 });
    }
    await expect.poll(() => opened.redis.xlen(keyspace(opened.namespace).outbox), SOON).toBe(0);
    expect(await queue.getJobCounts('delayed', 'waiting', 'active')).toEqual({ delayed: 1, waiting: 0, active: 0 });
    expect(server.asked).toBe(1);
    await queue.close();
  });
});

describe('repair', () => {
  it('looks at nothing that policy has answered, and not again at once at what it has looked at', async () => {
    const { store, redis } = opened;
    const [open, answered] = [creation({ service }), creation({ service })];
    for (const change of [open, answered]) await store.commit(change);
    expect(await redis.zcard(undecided())).toBe(2);
    await store.commit(verdict(answered.next, 'deny'));
    expect(await redis.zrange(undecided(), '0', '-1')).toEqual([open.next.id]);
    expect(await store.repair()).toMatchObject({ decisionsAsked: 0 }); // it was just asked
    await makeDue(open.next.id);
    expect(await store.repair()).toMatchObject({ decisionsAsked: 1 });
    expect(await store.repair()).toMatchObject({ decisionsAsked: 0 });
    expect(await opened.effectKeys(open.next.id)).toEqual([decideKey(open.next.id)]);
  });

  it('forgets who is gone or was answered behind its back', async () => {
    const { store, redis } = opened;
    const created = creation({ service });
    await store.commit(created);
    await store.commit(verdict(created.next, 'allow'));
    await makeDue(created.next.id, 'req_gone');
    expect(await store.repair()).toMatchObject({ decisionsAsked: 0 });
    expect(await redis.zcard(undecided())).toBe(0);
  });

  it('does not bring back what is answered while it looks', async () => {
    const { store, redis } = opened;
    const created = creation({ service });
    await store.commit(created);
    await makeDue(created.next.id);
    const read = async (id: string) => {
      const record = await store.read(id);
      await store.commit(verdict(created.next, 'deny'));
      return record;
    };
    expect(await askAgain({ redis, keys: keyspace(opened.namespace), read, now: store.now })).toBe(1);
    expect(await redis.zcard(undecided())).toBe(0);
  });

  it('asks about the others where one cannot be read, and leaves that one for later', async () => {
    const { store, redis } = opened;
    const [newer, open] = [creation({ service }), creation({ service })];
    for (const change of [newer, open]) await store.commit(change);
    await redis.hset(keyspace(opened.namespace).request(newer.next.id), 'record', '{"schema":99}');
    await makeDue(newer.next.id, open.next.id);
    expect(await store.repair()).toMatchObject({ decisionsAsked: 1 });
    expect(await opened.effectKeys(open.next.id)).toEqual([decideKey(open.next.id)]);
    expect(Number(await redis.zscore(undecided(), newer.next.id))).toBeGreaterThan(store.now());
  });

  it('says so where an errand could not be put into the outbox', async () => {
    const { store, redis } = opened;
    const created = creation({ service });
    await store.commit(created);
    await makeDue(created.next.id);
    await redis.set(keyspace(opened.namespace).outbox, 'somebody else wrote here');
    await expect(store.repair()).rejects.toMatchObject({ code: 'store_error', isTransient: true });
  });

  it('deals with 3,000 in one round, and reads none of 3,000 others that wait for people', async () => {
    const { store, redis } = opened;
    const late = Array.from({ length: 3_000 }, () => creation({ service }));
    await Promise.all(late.map(change => store.commit(change)));
    await makeDue(...late.map(({ next }) => next.id));
    const waiting = Array.from({ length: 3_000 }, () => creation({ service: { ...service, id: 'patient' } }));
    await Promise.all(waiting.map(change => store.commit(change)));
    await redis.zrem(undecided(), ...waiting.map(({ next }) => next.id)); // as an answer of policy would
    expect(await store.repair()).toMatchObject({ decisionsAsked: 3_000 });
    expect(await redis.xlen(keyspace(opened.namespace).outbox)).toBe(3_000);
    expect(await store.repair()).toMatchObject({ decisionsAsked: 0 });
  });
});
