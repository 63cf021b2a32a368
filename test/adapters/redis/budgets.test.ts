// What one service may have of the memory, over all processes: counted by the script that stores, and nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuditTail } from '../../../src/adapters/redis/audit.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openStore, type RedisStore } from '../../../src/adapters/redis/store.ts';
import { firstBreak } from '../../../src/domain/audit/chain.ts';
import type { Change } from '../../../src/domain/change.ts';
import { openAuditLog } from '../../../src/flow/audit-log.ts';
import { aSubmission, creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

const DAY_MS = 86_400_000;
const of = (id: string) => ({ service: { id, auth: 'api_key' } as const });
const large = (id: string, chars: number) =>
  creation({ ...of(id), submission: { ...aSubmission, params: { text: 'x'.repeat(chars) } } });

describe('the budgets of a service', () => {
  let opened: Opened;
  const stores: RedisStore[] = [];
  beforeAll(async () => {
    opened = await openOn(redisUrl());
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await opened.close();
  });
  const within = async (budgets: Partial<{ pending: number; storedBytes: number; requestsPerSecond: number }>) => {
    const generous = { pending: 1e6, storedBytes: 1e12, requestsPerSecond: 1e6 };
    const { redis, namespace } = opened;
    const store = await openStore({ redis, namespace, budgets: { ...generous, ...budgets }, retentionMs: DAY_MS });
    stores.push(store);
    return store;
  };
  const usage = async (service: string) => {
    const used = await opened.redis.hgetall(keyspace(opened.namespace).usage(service));
    const ending = Object.entries(used).filter(([name]) => name.startsWith('until:'));
    return { bytes: Number(used.bytes), ending: ending.reduce((sum, [, bytes]) => sum + Number(bytes), 0) };
  };

  it('lets so many be pending and no more, over several processes, and again when one has ended', async () => {
    const [one, other] = [await within({ pending: 5 }), await within({ pending: 5 })];
    const changes = Array.from({ length: 12 }, () => creation(of('crowd')));
    const answers = await Promise.all(changes.map((change, n) => (n % 2 === 0 ? one : other).commit(change)));
    const taken = changes.filter((_, n) => answers[n]?.ok);
    expect(taken).toHaveLength(5);
    for (const answer of answers) {
      if (!answer.ok) expect(answer.over).toEqual({ budget: 'pending', retryAfterMs: 5_000 });
    }
    expect(await one.read(changes.find(change => !taken.includes(change))?.next.id ?? '')).toBeUndefined();
    expect(await other.commit(creation(of('neighbour')))).toEqual({ ok: true });
    expect(await one.commit(verdict((taken[0] as Change).next, 'allow'))).toEqual({ ok: true });
    expect(await one.commit(creation(of('crowd')))).toEqual({ ok: true });
  });

  it('knows what is stored already: the same request again is no new one, whatever the budget', async () => {
    const store = await within({ pending: 1 });
    const first = creation(of('again'));
    expect(await store.commit(first)).toEqual({ ok: true });
    expect(await store.commit(first)).toEqual({ ok: true });
    expect(await store.commit(creation(of('again')))).toMatchObject({ over: { budget: 'pending' } });
    expect(await store.commit(verdict(first.next, 'deny'))).toEqual({ ok: true });
  });

  it('lets so many come a second, twice as many at once, and says when the next may', async () => {
    const store = await within({ requestsPerSecond: 10 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => store.commit(creation(of('fast')))));
    const over = answers.flatMap(answer => (answer.ok || answer.over === undefined ? [] : [answer.over]));
    expect(60 - over.length).toBeGreaterThanOrEqual(20);
    expect(60 - over.length).toBeLessThan(40); // a busy machine takes its time, in which more may come
    for (const { budget, retryAfterMs } of over) {
      expect(budget).toBe('requests_per_second');
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(100);
    }
    expect(await store.commit(creation(of('slow')))).toEqual({ ok: true });
  });

  it('counts the bytes of records and audit, refuses beyond them, and still decides what is there', async () => {
    const store = await within({ storedBytes: 200_000 });
    const first = large('heavy', 60_000);
    expect(await store.commit(first)).toEqual({ ok: true });
    expect((await usage('heavy')).bytes).toBeGreaterThan(120_000); // the submission stands in both
    const second = large('heavy', 60_000);
    expect(await store.commit(second)).toEqual({
      ok: false,
      actual: undefined,
      over: { budget: 'stored_bytes', retryAfterMs: 60_000 },
    });
    expect(await store.commit(large('light', 60_000))).toEqual({ ok: true });
    expect(await store.commit(verdict(first.next, 'allow'))).toEqual({ ok: true });
    const { bytes, ending } = await usage('heavy');
    expect(ending).toBe(bytes);
  });

  it('forgets the bytes of what has ended, once the day of its end is over', async () => {
    const store = await within({ storedBytes: 200_000 });
    const first = large('passing', 60_000);
    await store.commit(first);
    await store.commit(verdict(first.next, 'allow'));
    const key = keyspace(opened.namespace).usage('passing');
    const { bytes } = await usage('passing');
    for (const [name, value] of Object.entries(await opened.redis.hgetall(key))) {
      // As if it had been the day before yesterday.
      if (name.startsWith('until:')) await opened.redis.multi().hdel(key, name).hset(key, 'until:100', value).exec();
    }
    await opened.redis.hset(key, 'swept', '100');
    expect(await store.commit(large('passing', 60_000))).toEqual({ ok: true });
    expect((await usage('passing')).bytes).toBeLessThan(bytes + 1_000);
  });

  it('finds the audit of one request at its own places, among many of others, and the chain is whole', async () => {
    const store = await within({});
    const mine = creation(of('mine'));
    await store.commit(mine);
    await Promise.all(Array.from({ length: 300 }, () => store.commit(creation(of('others')))));
    const ended = verdict(mine.next, 'allow');
    await store.commit(ended);
    const read: string[] = [];
    const watched = new Proxy(opened.redis, {
      get(target, name, receiver) {
        if (name === 'xrange') {
          return (...args: [string, string, string]) => {
            read.push(`${args[1]} ${args[2]}`);
            return target.xrange(...args);
          };
        }
        return Reflect.get(target, name, receiver);
      },
    });
    const entries = await openAuditLog({
      tail: openAuditTail({ redis: watched, namespace: opened.namespace }),
    }).chainOf(ended.next);
    expect(entries.map(({ event }) => event)).toEqual(['submitted', 'decided', 'resolved']);
    expect(firstBreak(entries)).toBeUndefined();
    expect(read).toHaveLength(2); // one entry of the stream for each change, and nobody else's
    const { auditOf: places } = keyspace(opened.namespace);
    expect(await opened.redis.pttl(places(mine.next.id))).toBeGreaterThan(DAY_MS - 60_000);
    await opened.redis.del(places(mine.next.id));
    expect(
      await openAuditLog({ tail: openAuditTail({ redis: opened.redis, namespace: opened.namespace }) }).chainOf(
        ended.next,
      ),
    ).toEqual(entries);
  });

  it('ends a page by its bytes as well, and the next goes on', async () => {
    const store = await within({});
    const changes = [];
    for (let n = 0; n < 6; n++) changes.push(large('pages', 400_000));
    for (const change of changes) await store.commit(change);
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await store.list({ service: 'pages', limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
      pages += 1;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(changes.map(({ next }) => next.id).toSorted());
    expect(pages).toBeGreaterThanOrEqual(2);
  });
});
