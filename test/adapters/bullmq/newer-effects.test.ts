// Effects that a newer version stored, met by this one: they wait for a process of that version, and hold up no other.
import { Queue } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { startEffects } from '../../../src/adapters/bullmq/effects.ts';
import { queueNames } from '../../../src/adapters/bullmq/lanes.ts';
import { startRelay } from '../../../src/adapters/bullmq/relay.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { queuePrefix } from '../../../src/contract/queue.ts';
import { effectKey } from '../../../src/domain/effect.ts';
import { laneOf, misdirected } from '../../../src/flow/effects.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from '../redis/opened.ts';

const SOON = { timeout: 15_000, interval: 20 };
const fast = { firstRetryMs: 1, longestRetryMs: 5 };
const ID = 'req_0123456789abcdefghjkmnpqrs';
const NEWER = [
  ['of an unknown kind', '{"kind":"teams_message","channel":"ops"}'],
  ['of a known kind and a newer version', '{"schema":99,"kind":"card"}'],
  ['of a known kind that says something new', '{"kind":"remark_line","says":"moved"}'],
  ['of a known kind whose members changed', '{"kind":"vote_line","voter":"bob"}'],
] as const;

let opened: Opened;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  opened = await openOn(redisUrl());
  return async () => {
    await Promise.all(running.splice(0).map(part => part.stop()));
    await opened.close();
  };
});

const outbox = () => keyspace(opened.namespace).outbox;
const queueOf = (lane: string) =>
  new Queue(lane, { connection: opened.connections.forQueues('look'), prefix: queuePrefix(opened.namespace) });

function put(n: number, effect: string): Promise<unknown> {
  return opened.redis.xadd(outbox(), '*', 'key', effectKey(ID, 1, n), 'id', ID, 'effect', effect);
}

function relay(abandonedAfterMs = 40): void {
  running.push(
    startRelay({
      namespace: opened.namespace,
      outbox: outbox(),
      laneOf,
      blocking: opened.connections.forBlocking('relay'),
      connection: opened.connections.forQueues('relay'),
      observe: observation => opened.observed.push(observation),
      abandonedAfterMs,
    }),
  );
}

/** Performs what it knows, as the roles do; tells the kinds of what it did. */
function effects(): string[] {
  const performed: string[] = [];
  running.push(
    startEffects({
      namespace: opened.namespace,
      connection: opened.connections.forQueues('effects'),
      observe: observation => opened.observed.push(observation),
      plans: { decisions: fast, messages: fast, callbacks: fast },
      perform: async ref => {
        if (ref.effect.kind !== 'decide') throw misdirected(ref);
        performed.push(ref.effect.kind);
      },
    }),
  );
  return performed;
}

async function failed(): Promise<string[]> {
  const queues = queueNames.map(queueOf);
  const jobs = await Promise.all(queues.map(queue => queue.getFailed()));
  await Promise.all(queues.map(queue => queue.close()));
  return jobs.flat().map(job => job.failedReason ?? '');
}

describe('an effect of a newer version', () => {
  it.each(NEWER)(
    '%s stays in the outbox, ready for any relay that knows it, and holds up no other',
    async (_what, text) => {
      const performed = effects();
      await put(0, text);
      await put(1, '{"kind":"decide"}');
      relay();
      relay();
      await expect.poll(() => performed, SOON).toEqual(['decide']);
      await expect.poll(() => opened.redis.xlen(outbox()), SOON).toBe(1);
      // Both have looked at it by now and then; whoever comes need not wait until somebody is thought dead.
      await expect
        .poll(async () => {
          const [, taken] = (await opened.redis.xautoclaim(outbox(), 'relay', 'newer', 40, '0-0')) as [
            string,
            unknown[],
          ];
          return taken;
        }, SOON)
        .toMatchObject([[expect.any(String), ['key', effectKey(ID, 1, 0), 'id', ID, 'effect', text]]]);
      expect(await failed()).toEqual([]);
      expect(opened.observed.map(({ kind, ...more }) => [kind, 'code' in more && more.code])).toContainEqual([
        'trouble',
        'stored_newer',
      ]);
    },
  );

  it.each(NEWER)('%s that is in a queue already comes back until a process knows it', async (_what, text) => {
    const performed = effects();
    const queue = queueOf('decisions');
    const key = effectKey(ID, 1, 0);
    const opts = { jobId: key, attempts: 9, backoff: { type: 'custom' } };
    const job = await queue.add('newer', { key, id: ID, effect: JSON.parse(text) }, opts);
    await expect.poll(() => job.getState(), SOON).toBe('delayed');
    expect((await queue.getJob(key))?.delay).toBe(2_000);
    await job.updateData({ key, id: ID, effect: { kind: 'decide' } }); // as if this process had learnt it
    await job.promote();
    await expect.poll(() => performed, SOON).toEqual(['decide']);
    await queue.close();
  });

  it('that this version knows, and no role of this process performs, comes back too', async () => {
    effects();
    await put(0, '{"kind":"callback"}');
    relay();
    const queue = queueOf('callbacks');
    await expect.poll(() => queue.getDelayedCount(), SOON).toBe(1);
    expect(await failed()).toEqual([]);
    await queue.close();
  });
});
