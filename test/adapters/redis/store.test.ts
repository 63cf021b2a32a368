// The Redis store: the contract, and what only a real Redis can do to it.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { lister } from '../../../src/adapters/redis/lists.ts';
import { readAnswer } from '../../../src/contract/answer.ts';
import { view } from '../../../src/contract/view.ts';
import { change } from '../../../src/domain/change.ts';
import { RECORD_SCHEMA, type RequestRecord } from '../../../src/domain/record.ts';
import { revoked } from '../../../src/domain/steps/redeemed.ts';
import { startRedis } from '../../../src/local/setup/services.ts';
import { creation, storeContract, verdict } from '../../contract/store.ts';
import { aSubmission } from '../../support/samples.ts';
import { redisUrl } from '../../support/services.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { type Opened, openOn } from './opened.ts';

storeContract('the Redis store', () => openOn(redisUrl()));

describe('the Redis store, raced', () => {
  let one: Opened;
  let other: Opened;
  beforeAll(async () => {
    one = await openOn(redisUrl());
    other = await openOn(redisUrl(), { namespace: one.namespace });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  it('lets exactly one of two win, 3,000 times, over two connections', async () => {
    const changes = Array.from({ length: 3_000 }, () => creation({ service: { id: 'racer', auth: 'api_key' } }));
    for (const { ok } of await Promise.all(changes.map(change => one.store.commit(change)))) expect(ok).toBe(true);
    const pairs = await Promise.all(
      changes.map(({ next }) =>
        Promise.all([one.store.commit(verdict(next, 'allow')), other.store.commit(verdict(next, 'deny'))]),
      ),
    );
    for (const [a, b] of pairs) {
      expect(a.ok).not.toBe(b.ok);
      const loser = a.ok ? b : a;
      expect(loser.ok ? undefined : loser.actual?.status).toBe(a.ok ? 'approved' : 'denied');
    }
  });
});

describe('the answers of a service that asks through the queue', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openOn(redisUrl());
  });
  afterAll(() => opened.close());

  const service = { id: 'teller', auth: 'queue_key' } as const;
  const streamed = async (of: string = service.id) => {
    const key = keyspace(opened.namespace).answers(of);
    const entries = await opened.redis.xrange(key, '-', '+');
    return { entries: entries.map(([, fields]) => fields), lastsMs: await opened.redis.pttl(key) };
  };
  const kept = async ({ id, service: { id: of } }: RequestRecord) => {
    const key = keyspace(opened.namespace).answer(of, id);
    return { answer: readAnswer(await opened.redis.get(key), id), lastsMs: await opened.redis.pttl(key) };
  };

  it('are told at the end, once, for a minute; a long one they read under its key', async () => {
    const short = creation({ service });
    const long = creation({ service, submission: aSubmission({ params: { text: 'x'.repeat(17_000) } }) });
    for (const created of [short, long]) {
      await opened.store.commit(created);
      await opened.store.commit(verdict(created.next, 'allow'));
    }
    const stored = await opened.store.read(short.next.id);
    if (stored === undefined) throw new Error('it was stored a moment ago');
    await opened.store.commit(change(stored, { uses: 1 }, [])); // what becomes of it afterwards is no news of an end
    const { entries, lastsMs } = await streamed();
    expect(entries).toEqual([
      ['id', short.next.id, 'answer', JSON.stringify({ v: 1, kind: 'resolved', id: stored.id, view: view(stored) })],
      ['id', long.next.id, 'answer', ''],
    ]);
    expect(lastsMs).toBeGreaterThan(0);
    expect(lastsMs).toBeLessThanOrEqual(60_000);
    expect(await kept(long.next)).toMatchObject({ answer: { kind: 'answer', answer: { kind: 'resolved' } } });
  });

  it('say that it is pending for as long as it is, and the end for a day', async () => {
    const { next } = await created();
    expect(await kept(next)).toEqual({
      answer: { kind: 'answer', answer: { v: 1, kind: 'pending', id: next.id, digest: next.digest } },
      lastsMs: -1,
    });
    await opened.store.commit(verdict(next, 'deny'));
    const { answer, lastsMs } = await kept(next);
    expect(answer).toMatchObject({ answer: { kind: 'resolved', view: { status: 'denied' } } });
    expect(lastsMs).toBeGreaterThan(86_000_000);
    expect(lastsMs).toBeLessThanOrEqual(86_400_000);
  });

  it('hold no value that was marked sensitive', async () => {
    const { next } = await created({ params: { iban: 'canary-secret' }, sensitive: ['/params/iban'] });
    await opened.store.commit(verdict(next, 'allow'));
    const text = await opened.redis.get(keyspace(opened.namespace).answer(service.id, next.id));
    expect(text).toContain('"status":"approved"');
    expect(text).not.toContain('canary-secret');
  });

  it('do not stay a yes when the approval was taken back', async () => {
    const { next } = await created();
    await opened.store.commit(verdict(next, 'allow'));
    const approved = await opened.store.read(next.id);
    if (approved === undefined) throw new Error('it was stored a moment ago');
    const taken = revoked(approved, { by: 'service:teller', evidence: {} }, opened.store.now());
    if (taken.kind !== 'change') throw new Error('an unused approval can be taken back');
    await opened.store.commit(taken);
    expect(await kept(next)).toMatchObject({ answer: { answer: { view: { revoked: { by: 'service:teller' } } } } });
  });

  it('are left as well for what a service with a key for the queue asks over HTTP', async () => {
    await opened.redis.sadd(keyspace(opened.namespace).intakes, 'both');
    const change = creation({ service: { id: 'both', auth: 'api_key' } });
    await opened.store.commit(change);
    expect((await kept(change.next)).answer).toMatchObject({ answer: { kind: 'pending' } });
  });

  it('are left for nobody who asks over HTTP only', async () => {
    const change = creation({ service: { id: 'caller', auth: 'api_key' } });
    await opened.store.commit(change);
    const { next } = change;
    await opened.store.commit(verdict(next, 'allow'));
    expect((await streamed('caller')).entries).toEqual([]);
    expect((await kept(next)).answer).toEqual({ kind: 'none' });
  });

  async function created(more = {}) {
    const change = creation({ service, submission: aSubmission(more) });
    await opened.store.commit(change);
    return change;
  }
});

describe('the Redis store, when answers are lost', () => {
  it('takes its own change, sent again after a lost reply, for what it is', async () => {
    const redis = await startRedis();
    const proxy = await startFaultProxy(redis.port);
    const opened = await openOn(proxy.url, { sideUrl: redis.url });
    try {
      const created = creation();
      await opened.store.commit(created);
      const change = verdict(created.next, 'deny');
      const monitor = new Redis(redis.url);
      proxy.dropReplies();
      const committed = opened.store.commit(change);
      await appears(async () => (await monitor.hget(keyspace(opened.namespace).request(change.next.id), 'v')) === '2');
      proxy.cut();
      expect(await committed).toEqual({ ok: true });
      expect(await opened.effectKeys(change.next.id)).toHaveLength(1);
      expect(await opened.auditHashes(change.next.id)).toHaveLength(3);
      monitor.disconnect();
    } finally {
      await opened.close();
      await proxy.close();
      await redis.stop();
    }
  });

  it('replaces a connection that went silent within seconds, and loses nothing', async () => {
    const redis = await startRedis();
    const proxy = await startFaultProxy(redis.port);
    const opened = await openOn(proxy.url, { sideUrl: redis.url });
    try {
      const change = creation();
      await opened.store.commit(change);
      proxy.mute();
      const decision = verdict(change.next, 'deny');
      expect(await opened.store.commit(decision)).toEqual({ ok: true });
      expect(await opened.store.read(change.next.id)).toEqual(decision.next);
    } finally {
      await opened.close();
      await proxy.close();
      await redis.stop();
    }
  });

  it('fails with a transient failure while Redis is down, and finds everything after its crash', async () => {
    const redis = await startRedis({ appendfsync: 'always' });
    const opened = await openOn(redis.url);
    try {
      const created = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const change = creation();
          await opened.store.commit(change);
          return change.next;
        }),
      );
      await redis.kill();
      await expect(opened.store.commit(creation())).rejects.toMatchObject({
        code: 'store_unavailable',
        isTransient: true,
      });
      await redis.restart();
      for (const record of created) expect(await eventually(() => opened.store.read(record.id))).toEqual(record);
    } finally {
      await opened.close();
      await redis.stop();
    }
  });
});

describe('the Redis store, full', () => {
  it('refuses new requests and still commits decisions', async () => {
    const redis = await startRedis({ maxmemory: '64mb' });
    const opened = await openOn(redis.url);
    try {
      const pending = creation();
      await opened.store.commit(pending);
      await opened.redis.config('SET', 'maxmemory', '1mb');
      const { service } = pending.next;
      for (const refused of [creation({ service }), creation()]) {
        await expect(opened.store.commit(refused)).rejects.toMatchObject({ code: 'store_full', isTransient: true });
        expect(await opened.store.read(refused.next.id)).toBeUndefined();
      }
      expect(await opened.store.commit(verdict(pending.next, 'deny'))).toEqual({ ok: true });
      expect((await opened.store.read(pending.next.id))?.status).toBe('denied');
      expect(await opened.effectKeys(pending.next.id)).toHaveLength(1);
      await opened.redis.config('SET', 'maxmemory', '64mb');
    } finally {
      await opened.close();
      await redis.stop();
    }
  });
});

describe('changes that travel together', () => {
  it('are each answered for themselves: stored, overtaken, and one that cannot be stored', async () => {
    const opened = await openOn(redisUrl());
    try {
      const [won, lost, bad, fresh] = [creation(), creation(), creation(), creation()];
      for (const { next } of [won, lost, bad]) await opened.store.commit({ ...creation(), next, entries: [] });
      await opened.store.commit(verdict(lost.next, 'deny', 'first'));
      const timeless = { ...change(bad.next, { expiresAt: 'never' }, []) };
      const results = await Promise.allSettled([
        opened.store.commit(verdict(lost.next, 'allow')),
        opened.store.commit(timeless),
        opened.store.commit(verdict(won.next, 'allow')),
        opened.store.commit(fresh),
      ]);
      expect(results).toMatchObject([
        { value: { ok: false, actual: { id: lost.next.id, status: 'denied' } } },
        { reason: { code: 'bad_change', isTransient: false } },
        { value: { ok: true } },
        { value: { ok: true } },
      ]);
      expect(await opened.store.read(bad.next.id)).toEqual(bad.next);
    } finally {
      await opened.close();
    }
  });

  it('are never said to be stored when they are not, though the process ends with most of them on their way', async () => {
    const opened = await openOn(redisUrl());
    const { namespace } = opened;
    const after = await openOn(redisUrl(), { namespace });
    try {
      const service = { id: 'leaving', auth: 'api_key' } as const;
      await opened.store.commit(creation({ service })); // the service is known: the others wait for one another only
      const changes = Array.from({ length: 500 }, () => creation({ service }));
      const committing = changes.map(change => opened.store.commit(change));
      await Promise.race(committing); // the first group is stored, others are not even sent
      await opened.connections.close();
      const results = await Promise.allSettled(committing);
      const said = changes.filter((_, i) => results[i]?.status === 'fulfilled');
      expect(said.length).toBeGreaterThan(0);
      expect(said.length).toBeLessThan(changes.length);
      for (const { next } of said) expect(await after.store.read(next.id)).toEqual(next);
      for (const result of results) {
        if (result.status === 'fulfilled') expect(result.value).toEqual({ ok: true });
        else expect(result.reason).toMatchObject({ code: 'store_unavailable', isTransient: true });
      }
    } finally {
      await after.close();
      await opened.close();
    }
  });

  it('of one request are stored in the order in which they were offered', async () => {
    const opened = await openOn(redisUrl());
    try {
      const created = creation();
      await opened.store.commit(created);
      const first = change(created.next, { trouble: 'first' }, []);
      const second = change(first.next, { trouble: 'second' }, []);
      const rival = change(created.next, { trouble: 'rival' }, []);
      const results = await Promise.all([first, second, rival].map(one => opened.store.commit(one)));
      expect(results).toMatchObject([{ ok: true }, { ok: true }, { ok: false, actual: { trouble: 'second' } }]);
    } finally {
      await opened.close();
    }
  });
});

describe('a list of which few are wanted', () => {
  it('is looked through a hundred at a time, however short its pages are, and each page goes on where it ended', async () => {
    const opened = await openOn(redisUrl());
    let looks = 0;
    const redis = new Proxy(opened.redis, {
      get(target, name) {
        if (name === 'zrevrangebylex') looks += 1;
        const member = Reflect.get(target, name) as unknown;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    try {
      const service = { id: 'busy', auth: 'api_key' } as const;
      const made = Array.from({ length: 450 }, (_, i) => creation({ service }, 1_700_000_000_000 + i * 1_000));
      await Promise.all(made.map(change => opened.store.commit(change)));
      const wanted = [made[440], made[200], made[10]].map(change => change?.next.id ?? '');
      const list = lister(redis, keyspace(opened.namespace));
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const where = ({ id }: RequestRecord) => wanted.includes(id);
        const page = await list({ status: 'pending', where, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
        found.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(found).toEqual(wanted);
      expect(looks).toBeLessThan(15);
    } finally {
      await opened.close();
    }
  });
});

describe('the Redis store, over time', () => {
  it('keeps a pending request without end, and a resolved one for its retention', async () => {
    const opened = await openOn(redisUrl(), { retentionMs: 50 });
    try {
      const { next } = creation();
      const pending = creation({ service: next.service });
      await opened.store.commit(pending);
      const key = keyspace(opened.namespace).request(pending.next.id);
      expect(await opened.redis.pttl(key)).toBe(-1);
      await opened.store.commit(verdict(pending.next, 'allow'));
      await appears(async () => (await opened.store.read(pending.next.id)) === undefined);
      expect(await opened.store.list({ service: next.service.id, limit: 5 })).toEqual({ items: [] });
      expect(await opened.redis.exists(keyspace(opened.namespace).list(next.service.id, 'approved'))).toBe(0);
    } finally {
      await opened.close();
    }
  });

  it('repairs a pending request whose deadline was removed from outside', async () => {
    const opened = await openOn(redisUrl());
    try {
      const { deadlines } = keyspace(opened.namespace);
      const created = creation();
      await opened.store.commit(created);
      await opened.redis.del(deadlines);
      await opened.redis.zadd(deadlines, 1, 'req_gone');
      expect(await opened.store.repair()).toEqual({ deadlinesRestored: 1, leftoversRemoved: 1, decisionsAsked: 0 });
      expect(await opened.store.nextDeadlineAt()).toBe(Date.parse(created.next.expiresAt));
      expect(await opened.store.repair()).toEqual({ deadlinesRestored: 0, leftoversRemoved: 0, decisionsAsked: 0 });
    } finally {
      await opened.close();
    }
  });

  it('never guesses at a record that a newer version wrote', async () => {
    const opened = await openOn(redisUrl());
    try {
      const created = creation();
      await opened.store.commit(created);
      const newer = JSON.stringify({ ...created.next, schema: RECORD_SCHEMA + 1 });
      await opened.redis.hset(keyspace(opened.namespace).request(created.next.id), 'record', newer, 'v', '5');
      await expect(opened.store.read(created.next.id)).rejects.toMatchObject({ code: 'stored_newer' });
      await expect(opened.store.commit(verdict(created.next, 'allow'))).rejects.toMatchObject({
        code: 'stored_newer',
      });
    } finally {
      await opened.close();
    }
  });
});

/** Asks until it is so; a failure in between counts as not yet. */
async function appears(isSo: () => Promise<boolean>): Promise<void> {
  await eventually(async () => ((await isSo()) ? true : undefined));
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const endsAt = Date.now() + 15_000;
  for (;;) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined) return seen;
    if (Date.now() > endsAt) throw new Error('it did not happen within 15 s');
    await new Promise(resolve => setImmediate(resolve));
  }
}
