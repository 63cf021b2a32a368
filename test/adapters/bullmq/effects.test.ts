// Effects: from the commit's outbox to whoever performs them, at least once, in lanes that do not delay each other.
import { Queue } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EffectsOptions, startEffects } from '../../../src/adapters/bullmq/effects.ts';
import { startRelay } from '../../../src/adapters/bullmq/relay.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { queuePrefix } from '../../../src/contract/queue.ts';
import { change } from '../../../src/domain/change.ts';
import type { Effect, EffectRef } from '../../../src/domain/effect.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { expired } from '../../../src/domain/steps/ended.ts';
import { laneOf } from '../../../src/flow/effects.ts';
import { aSubmission, creation, stepped, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from '../redis/opened.ts';

let opened: Opened;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  opened = await openOn(redisUrl());
  return async () => {
    await Promise.all(running.splice(0).map(part => part.stop()));
    await opened.close();
  };
});

const fast = { firstRetryMs: 1, longestRetryMs: 5 };
const plans = { decisions: fast, messages: fast, callbacks: fast };

function relay(abandonedAfterMs?: number) {
  const started = startRelay({
    namespace: opened.namespace,
    outbox: keyspace(opened.namespace).outbox,
    laneOf,
    blocking: opened.connections.forBlocking('relay'),
    connection: opened.connections.forQueues('relay'),
    observe: observation => opened.observed.push(observation),
    ...(abandonedAfterMs === undefined ? {} : { abandonedAfterMs }),
  });
  running.push(started);
  return started;
}

function effects(perform: EffectsOptions['perform']) {
  const started = startEffects({
    namespace: opened.namespace,
    connection: opened.connections.forQueues('effects'),
    perform,
    observe: observation => opened.observed.push(observation),
    plans,
  });
  running.push(started);
  return started;
}

it('what ran out of time waits behind what somebody just did, and a large request has a lane of its own', async () => {
  const expiring = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const created = creation({ submission: { ...aSubmission, expires_in: '1s' } }, Date.now() - 5_000);
      await opened.store.commit(created);
      return expired(created.next, opened.store.now());
    }),
  );
  for (const change of expiring) await opened.store.commit(stepped(change));
  const clicked = creation();
  await opened.store.commit(clicked);
  await opened.store.commit(verdict(clicked.next, 'allow'));
  const heavy = creation({ submission: { ...aSubmission, params: { text: 'x'.repeat(100_000) } } });
  await opened.store.commit({ ...heavy, effects: [{ kind: 'decide' }] });
  relay();
  const prefix = queuePrefix(opened.namespace);
  const queues = ['callbacks', 'heavy_decisions'].map(
    name => new Queue(name, { prefix, connection: opened.connections.forQueues(name) }),
  );
  const [callbacks, large] = queues as [Queue, Queue];
  await expect.poll(async () => (await large.getJobs(['waiting'])).map(({ data }) => data.id)).toEqual([heavy.next.id]);
  await expect.poll(() => callbacks.getJobCountByTypes('waiting', 'prioritized')).toBe(4);
  const ids = (jobs: readonly { readonly data: EffectRef }[]) => jobs.map(({ data }) => data.id).sort();
  // A queue takes what waits before what is prioritized, whatever came first.
  expect(ids(await callbacks.getJobs(['waiting']))).toEqual([clicked.next.id]);
  expect(ids(await callbacks.getJobs(['prioritized']))).toEqual(expiring.map(change => stepped(change).next.id).sort());
  await Promise.all(queues.map(queue => queue.close()));
});

/** Collects what is performed, and resolves when `count` were. */
function collector(count: number) {
  const refs: EffectRef[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly EffectRef[]>();
  const perform = async (ref: EffectRef) => {
    refs.push(ref);
    if (refs.length === count) resolve(refs);
  };
  return { refs, all: promise, perform };
}

async function commitWith(...list: Effect[]): Promise<RequestRecord> {
  const created = creation({ service: { id: 'effectful', auth: 'api_key' } });
  await opened.store.commit(created);
  return again(created.next, ...list);
}

async function again(record: RequestRecord, ...list: Effect[]): Promise<RequestRecord> {
  const next = change(record, {}, [], list);
  await opened.store.commit(next);
  return next.next;
}

const queueOf = (lane: string) =>
  new Queue(lane, { connection: opened.connections.forQueues('look'), prefix: queuePrefix(opened.namespace) });

/** Nothing is left to pass on. */
async function outboxIsEmpty(): Promise<void> {
  const { outbox } = keyspace(opened.namespace);
  while ((await opened.redis.xlen(outbox)) > 0) await new Promise(resolve => setImmediate(resolve));
}

describe('effects', () => {
  it('are performed as they were stored, each by its key', async () => {
    const { all, perform } = collector(3);
    relay();
    effects(perform);
    const list: Effect[] = [{ kind: 'decide' }, { kind: 'notice', channel: 'C0SEC' }, { kind: 'callback' }];
    const record = await commitWith(...list);
    const refs = [...(await all)].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(refs).toEqual(list.map((effect, n) => ({ id: record.id, key: `eff_${record.id}_2_${n}`, effect })));
    await outboxIsEmpty();
  });

  it('D5: a crash between store and post still posts', async () => {
    // Stored while nobody relays and nobody performs.
    const record = await commitWith({ kind: 'card' });
    const { all, perform } = collector(1);
    effects(perform);
    relay();
    expect(await all).toMatchObject([{ id: record.id, effect: { kind: 'card' } }]);
  });

  it('are performed once although a relay died between passing them on and acknowledging', async () => {
    const { outbox } = keyspace(opened.namespace);
    const record = await commitWith({ kind: 'decide' });
    await opened.redis.xgroup('CREATE', outbox, 'relay', '0');
    await opened.redis.xreadgroup('GROUP', 'relay', 'dead', 'COUNT', 10, 'STREAMS', outbox, '>');
    const queue = queueOf('decisions');
    const key = `eff_${record.id}_2_0`;
    await queue.add('decide', { id: record.id, key, effect: { kind: 'decide' } }, { jobId: key });
    await queue.close();
    const { all, refs, perform } = collector(1);
    effects(perform);
    await all;
    relay(1);
    await outboxIsEmpty();
    expect(refs).toHaveLength(1);
    expect(await opened.redis.xpending(outbox, 'relay')).toEqual([0, null, null, null]);
  });

  it('of a dead relay are taken over', async () => {
    const { outbox } = keyspace(opened.namespace);
    const record = await commitWith({ kind: 'decide' });
    await opened.redis.xgroup('CREATE', outbox, 'relay', '0');
    await opened.redis.xreadgroup('GROUP', 'relay', 'dead', 'COUNT', 10, 'STREAMS', outbox, '>');
    const { all, perform } = collector(1);
    effects(perform);
    relay(1);
    expect(await all).toMatchObject([{ id: record.id }]);
  });

  it('are not held up by something in the outbox that is none', async () => {
    const { outbox } = keyspace(opened.namespace);
    await opened.redis.xadd(outbox, '*', 'key', 'eff_x_1_0', 'id', 'x', 'effect', 'not json');
    await opened.redis.xadd(outbox, '*', 'key', 'a:b', 'id', 'x', 'effect', '{"kind":"decide"}');
    await opened.redis.xadd(outbox, '*', 'surprise', '1');
    const record = await commitWith({ kind: 'decide' });
    const { all, perform } = collector(1);
    effects(perform);
    relay();
    expect(await all).toMatchObject([{ id: record.id }]);
    await outboxIsEmpty();
    expect(opened.observed).toMatchObject([{ kind: 'trouble', code: 'effect_unreadable' }]);
  });

  it('go on after Redis was emptied', async () => {
    const { all, perform } = collector(1);
    const both = collector(2);
    relay();
    effects(async ref => {
      await perform(ref);
      await both.perform(ref);
    });
    await commitWith({ kind: 'decide' });
    await all;
    await outboxIsEmpty();
    await opened.redis.del(keyspace(opened.namespace).outbox);
    await commitWith({ kind: 'decide' });
    await both.all;
  });

  it('are tried again for as long as failures are transient, at the pace the other side asked for', async () => {
    const done = Promise.withResolvers<void>();
    const at: number[] = [];
    relay();
    effects(async () => {
      at.push(performance.now());
      if (at.length === 1) throw new Failure('ratelimited', 'slow down', { isTransient: true, retryAfterMs: 300 });
      if (at.length < 12) throw new Failure('away', 'not now', { isTransient: true });
      done.resolve();
    });
    await commitWith({ kind: 'direct_message' });
    await done.promise;
    expect(at).toHaveLength(12);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it('are given up at once when no retry can help, leaving a code in Redis and no word more', async () => {
    let tries = 0;
    relay();
    effects(async () => {
      tries += 1;
      throw new Failure('channel_not_found', 'canary-secret', { isTransient: false });
    });
    const record = await commitWith({ kind: 'notice', channel: 'C0GONE' });
    while (!opened.observed.some(({ kind }) => kind === 'trouble')) await new Promise(resolve => setImmediate(resolve));
    expect(opened.observed).toMatchObject([{ kind: 'trouble', where: 'effects', code: 'channel_not_found' }]);
    const queue = queueOf('messages');
    for (;;) {
      const job = await queue.getJob(`eff_${record.id}_2_0`);
      if (job?.failedReason === undefined) continue;
      expect(JSON.stringify(job)).not.toContain('canary-secret');
      expect(job.failedReason).toBe('channel_not_found');
      break;
    }
    await queue.close();
    expect(tries).toBe(1);
  });

  it('that meet a defect are tried a few times, then left to people', async () => {
    let tries = 0;
    const observed = Promise.withResolvers<void>();
    relay();
    running.push(
      startEffects({
        namespace: opened.namespace,
        connection: opened.connections.forQueues('effects'),
        perform: async () => {
          tries += 1;
          throw new TypeError('undefined is not a function');
        },
        observe: () => observed.resolve(),
        plans,
      }),
    );
    await commitWith({ kind: 'callback' });
    await observed.promise;
    expect(tries).toBe(5);
  });

  it('that are slow in Slack never delay a decision', async () => {
    const decidedAll = collector(50);
    const release = Promise.withResolvers<void>();
    relay();
    effects(async ref => {
      if (ref.effect.kind === 'decide') await decidedAll.perform(ref);
      else await release.promise;
    });
    for (let i = 0; i < 50; i++) await commitWith({ kind: 'outcome_line' }, { kind: 'decide' });
    await decidedAll.all;
    release.resolve();
  });

  it('render one card of a request at a time, and once more after the last change', async () => {
    let atWork = 0;
    let most = 0;
    let renderings = 0;
    let shown = 0;
    const last = Promise.withResolvers<void>();
    relay();
    let record = await commitWith({ kind: 'card' });
    effects(async ({ id }) => {
      atWork += 1;
      most = Math.max(most, atWork);
      const seen = await opened.store.read(id);
      for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
      renderings += 1;
      shown = seen?.version ?? 0;
      atWork -= 1;
      if (shown === 41) last.resolve();
    });
    while (record.version < 41) record = await again(record, { kind: 'card' });
    await last.promise;
    expect(most).toBe(1);
    expect(shown).toBe(41);
    expect(renderings).toBeLessThanOrEqual(40);
  });

  it('under way are waited for at the end', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    let isDone = false;
    relay();
    const worker = effects(async () => {
      begun.resolve();
      await finish.promise;
      isDone = true;
    });
    await commitWith({ kind: 'decide' });
    await begun.promise;
    const stopped = worker.stop();
    finish.resolve();
    await stopped;
    expect(isDone).toBe(true);
  });

  it('that hang hold up the end for ten seconds, and are told to let go', async () => {
    const begun = Promise.withResolvers<AbortSignal | undefined>();
    relay();
    const worker = effects((_, signal) => {
      begun.resolve(signal);
      return new Promise(() => undefined); // a receiver that takes the call and never answers
    });
    await commitWith({ kind: 'callback' });
    const signal = await begun.promise;
    const toldAt = performance.now();
    await worker.stop();
    expect(performance.now() - toldAt).toBeLessThan(13_000);
    expect(signal?.aborted).toBe(true);
  });

  it('come through in numbers, none lost', async () => {
    const performed = new Set<string>();
    const all = Promise.withResolvers<void>();
    relay();
    relay();
    effects(async ({ key }) => {
      performed.add(key);
      if (performed.size === 1_000) all.resolve();
    });
    await Promise.all(Array.from({ length: 1_000 }, () => commitWith({ kind: 'decide' })));
    await all.promise;
    await outboxIsEmpty();
  });
});
