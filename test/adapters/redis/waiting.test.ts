// Waiting: nobody who waits is left waiting, whether hints arrive or not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { startWaiting } from '../../../src/adapters/redis/waiting.ts';
import { isResolved } from '../../../src/domain/lifecycle.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { startRedis } from '../../../src/local/setup/services.ts';
import { creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

const done = ({ status }: Pick<RequestRecord, 'status'>) => isResolved(status);

function waitingOn(opened: Opened, rereadMs?: number, peek = opened.store.peek) {
  return startWaiting({
    read: opened.store.read,
    peek,
    redis: opened.redis,
    blocking: opened.connections.forBlocking('changes'),
    namespace: opened.namespace,
    observe: () => {},
    ...(rereadMs === undefined ? {} : { rereadMs }),
  });
}

describe('waiting', () => {
  let opened: Opened;
  let waiting: ReturnType<typeof startWaiting>;
  beforeAll(async () => {
    opened = await openOn(redisUrl());
    // No rereads within these tests: only a hint can wake.
    waiting = waitingOn(opened, 3_600_000);
  });
  afterAll(async () => {
    await waiting.stop();
    await opened.close();
  });

  const pending = async () => {
    const change = creation({ service: { id: 'waiter', auth: 'api_key' } });
    await opened.store.commit(change);
    return change.next;
  };

  it('answers at once when it is enough already', async () => {
    const record = await pending();
    expect(await waiting.until(record.id, () => true, 60_000)).toEqual(record);
  });

  it('answers with the record as it stands when the time is over, and with nothing when there is none', async () => {
    const record = await pending();
    expect(await waiting.until(record.id, done, 20)).toEqual(record);
    expect(await waiting.until('req_00000000000000000000000000', done, 20)).toBeUndefined();
    expect(await waiting.until(record.id, done, 0)).toEqual(record);
  });

  it('ends when its caller has left', async () => {
    const record = await pending();
    const caller = new AbortController();
    const waited = waiting.until(record.id, done, 3_600_000, caller.signal);
    caller.abort();
    expect(await waited).toEqual(record);
  });

  it('waits for a request that does not exist yet', async () => {
    const change = creation();
    const waited = waiting.until(change.next.id, () => true, 60_000);
    await opened.store.commit(change);
    expect(await waited).toEqual(change.next);
  });

  it('tells 1,000 waiters whose requests resolve while they begin to wait', async () => {
    const records = await Promise.all(Array.from({ length: 1_000 }, pending));
    const waits = records.map(async (record, i) => {
      const resolve = () => opened.store.commit(verdict(record, 'allow'));
      // Before, with and after the commit: every interleaving with registering and reading occurs.
      if (i % 3 === 0) await Promise.race([resolve(), Promise.resolve()]);
      const waited = waiting.until(record.id, done, 60_000);
      if (i % 3 === 1) await resolve();
      if (i % 3 === 2) setImmediate(() => void resolve());
      return (await waited)?.status;
    });
    expect(new Set(await Promise.all(waits))).toEqual(new Set(['approved']));
  });

  it('reads again after it registered: a change between reading and sleeping is not missed', async () => {
    const record = await pending();
    let isRead = false;
    const late = waitingOn(opened, 3_600_000, async id => {
      const seen = await opened.store.peek(id);
      if (!isRead) {
        isRead = true;
        await opened.store.commit(verdict(record, 'deny')); // in the very gap
        await hintArrives();
      }
      return seen;
    });
    const hintArrives = () => waiting.until(record.id, done, 60_000);
    expect((await late.until(record.id, done, 60_000))?.status).toBe('denied');
    await late.stop();
  });

  it('D27: tells 100 waiters of a restarted process after they ask again', async () => {
    const before = waitingOn(opened);
    const records = await Promise.all(Array.from({ length: 100 }, pending));
    const leaving = new AbortController();
    const first = records.map(({ id }) => before.until(id, done, 60_000, leaving.signal));
    leaving.abort();
    await Promise.all(first);
    await before.stop();
    await Promise.all(records.slice(0, 50).map(record => opened.store.commit(verdict(record, 'allow'))));
    const afterwards = waitingOn(opened);
    const again = records.map(({ id }) => afterwards.until(id, done, 60_000));
    await Promise.all(records.slice(50).map(record => opened.store.commit(verdict(record, 'allow'))));
    for (const record of await Promise.all(again)) expect(record?.status).toBe('approved');
    await afterwards.stop();
  });

  it('tells within milliseconds', async () => {
    const tookMs: number[] = [];
    for (let i = 0; i < 100; i++) {
      const record = await pending();
      const waited = waiting.until(record.id, done, 60_000);
      await waiting.until(record.id, () => true, 0);
      const committedAt = performance.now();
      await Promise.all([opened.store.commit(verdict(record, 'allow')), waited]);
      tookMs.push(performance.now() - committedAt);
    }
    tookMs.sort((a, b) => a - b);
    expect(tookMs[50]).toBeLessThan(200); // about 1 ms on a quiet machine; this one may be busy
  });
});

describe('waiting, when hints are lost', () => {
  it('finds the change by reading again', async () => {
    const opened = await openOn(redisUrl());
    const waiting = waitingOn(opened, 50);
    try {
      const change = creation();
      await opened.store.commit(change);
      const waited = waiting.until(change.next.id, done, 60_000);
      // A change without a hint, as after a trimmed stream.
      const { next } = verdict(change.next, 'allow');
      await opened.redis.hset(keyspace(opened.namespace).request(next.id), 'v', '2', 'record', JSON.stringify(next));
      expect(await waited).toEqual(next);
    } finally {
      await waiting.stop();
      await opened.close();
    }
  });

  it('goes on through an outage of Redis, and fails with a transient failure when there is none at the end', async () => {
    const redis = await startRedis({ appendfsync: 'always' });
    const opened = await openOn(redis.url);
    const waiting = waitingOn(opened);
    try {
      const change = creation();
      await opened.store.commit(change);
      const patient = waiting.until(change.next.id, done, 60_000);
      const hasty = waiting.until(change.next.id, done, 100);
      await redis.kill();
      await expect(hasty).rejects.toMatchObject({ code: 'store_unavailable', isTransient: true });
      await redis.restart();
      for (let ok = false; !ok; ) {
        ok = await opened.store.commit(verdict(change.next, 'allow')).then(
          () => true,
          () => false,
        );
      }
      expect((await patient)?.status).toBe('approved');
    } finally {
      await waiting.stop();
      await opened.close();
      await redis.stop();
    }
  });
});
