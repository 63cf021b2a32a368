// Deadlines: each pending request ends within about a second of its own, and never before.
import { describe, expect, it } from 'vitest';
import { startSweeper } from '../../../src/adapters/redis/sweeper.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { expired } from '../../../src/domain/steps/ended.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import { swap } from '../../../src/flow/swap.ts';
import { startRedis } from '../../../src/local/setup/services.ts';
import { creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

/** A sweeper that ends requests for good, and a promise that it has ended so many. */
function sweep(opened: Opened, howMany: number, fault?: (id: string) => boolean, repairEveryMs = 60_000) {
  const { store } = opened;
  const latenessMs = new Map<string, number>();
  const observed: Observation[] = [];
  const all = Promise.withResolvers<void>();
  const sweeper = startSweeper({
    store,
    repairEveryMs,
    observe: observation => observed.push(observation),
    async wake(id) {
      if (fault?.(id)) throw new Failure('injected', 'not now', { isTransient: true });
      const swapped = await swap(store, id, expired);
      if (swapped.kind !== 'changed') return;
      latenessMs.set(id, store.now() - Date.parse(swapped.record.expiresAt));
      if (latenessMs.size === howMany) all.resolve();
    },
  });
  return { sweeper, latenessMs, observed, all: all.promise };
}

async function pending(opened: Opened, expiryMs: number) {
  const change = creation({ service: { id: 'swept', auth: 'api_key' }, defaultExpiryMs: expiryMs }, opened.store.now());
  await opened.store.commit(change);
  return change.next;
}

describe('the sweeper', () => {
  it('ends 3,000 requests of one moment within a second or two, none early', async () => {
    const opened = await openOn(redisUrl());
    const records = await Promise.all(Array.from({ length: 3_000 }, () => pending(opened, 3_000)));
    const { sweeper, latenessMs, all } = sweep(opened, 3_000);
    await all;
    await sweeper.stop();
    const sorted = [...latenessMs.values()].sort((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(300);
    expect(sorted.at(-1)).toBeLessThan(10_000); // about a second on a quiet machine; this one may be busy
    expect((await opened.store.read(records[0]?.id ?? ''))?.resolution?.by).toBe('clock');
    await opened.close();
  });

  it('ends the next one in time, with 3,000 others pending for later', async () => {
    const opened = await openOn(redisUrl());
    await Promise.all(Array.from({ length: 3_000 }, () => pending(opened, 3_600_000)));
    const { sweeper, latenessMs, all } = sweep(opened, 1);
    const next = await pending(opened, 1_000);
    await all;
    await sweeper.stop();
    expect(latenessMs.get(next.id)).toBeLessThan(5_000);
    await opened.close();
  });

  it('does not let requests that cannot be ended keep others waiting', async () => {
    const opened = await openOn(redisUrl());
    const stuck = new Set(await Promise.all(Array.from({ length: 600 }, async () => (await pending(opened, 1)).id)));
    const { sweeper, observed, all } = sweep(opened, 1, id => stuck.has(id));
    await pending(opened, 1_000);
    await all;
    await sweeper.stop();
    expect(observed.filter(({ kind }) => kind === 'trouble').length).toBeLessThan(10);
    await opened.close();
  });

  it('leaves a request alone that resolved in time, and ends with two sweepers each once', async () => {
    const opened = await openOn(redisUrl());
    const records = await Promise.all(Array.from({ length: 200 }, () => pending(opened, 500)));
    const spared = records.slice(0, 100);
    for (const record of spared) await opened.store.commit(verdict(record, 'allow'));
    const [one, two] = [sweep(opened, 1_000), sweep(opened, 1_000)];
    for (const record of records.slice(100)) {
      while ((await opened.store.read(record.id))?.status === 'pending')
        await new Promise(resolve => setImmediate(resolve));
    }
    await Promise.all([one.sweeper.stop(), two.sweeper.stop()]);
    expect(one.latenessMs.size + two.latenessMs.size).toBe(100);
    for (const record of spared) expect((await opened.store.read(record.id))?.status).toBe('approved');
    for (const record of records.slice(100)) {
      expect(await opened.effectKeys(record.id)).toHaveLength(2);
      expect(await opened.auditHashes(record.id)).toHaveLength(2);
    }
    await opened.close();
  });

  it('goes on after an outage and a crash of Redis, and after its own restart', async () => {
    const redis = await startRedis({ appendfsync: 'always' });
    const opened = await openOn(redis.url);
    const first = sweep(opened, 1);
    await pending(opened, 10);
    await first.all;
    await pending(opened, 500);
    await redis.kill();
    await redis.restart();
    await first.sweeper.stop();
    const second = sweep(opened, 1);
    await second.all;
    await second.sweeper.stop();
    await opened.close();
    await redis.stop();
  });
});
