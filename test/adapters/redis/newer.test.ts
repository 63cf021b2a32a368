// Records that a newer version wrote, met by this one while both run: left as they are, said to be there, and in nobody's way.
import { beforeEach, describe, expect, it } from 'vitest';
import { openKeys } from '../../../src/adapters/redis/keys.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openLinks } from '../../../src/adapters/redis/links.ts';
import { openStanding } from '../../../src/adapters/redis/standing.ts';
import { startSweeper } from '../../../src/adapters/redis/sweeper.ts';
import { startWaiting } from '../../../src/adapters/redis/waiting.ts';
import { isResolved } from '../../../src/domain/lifecycle.ts';
import { RECORD_SCHEMA, type RequestRecord } from '../../../src/domain/record.ts';
import { cancelled } from '../../../src/domain/steps/ended.ts';
import { standingShape } from '../../../src/domain/stored/standing.ts';
import { swap } from '../../../src/flow/swap.ts';
import { given } from '../../contract/standing.ts';
import { creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

const service = { id: 'upgraded', auth: 'api_key' } as const;
const NEWER = { code: 'stored_newer', isTransient: true, retryAfterMs: 2_000 };
const SOON = { timeout: 15_000, interval: 20 };

let opened: Opened;
beforeEach(async () => {
  opened = await openOn(redisUrl());
  return () => opened.close();
});

const nameOf = ({ id }: RequestRecord) => keyspace(opened.namespace).request(id);

let clock = Date.now();

/** Each a millisecond after the one before: of two in one, a list does not say which is the newer. */
async function stored(): Promise<RequestRecord> {
  const created = creation({ service }, ++clock);
  await opened.store.commit(created);
  return created.next;
}

/** As a process of the next version stores it. */
async function newer(): Promise<RequestRecord> {
  const record = await stored();
  await opened.redis.hset(nameOf(record), 'record', JSON.stringify({ ...record, schema: RECORD_SCHEMA + 1 }), 'v', '2');
  return record;
}

describe('a record of a newer version', () => {
  it('is neither read nor written over, and the attempt may be made again later', async () => {
    const { store, redis } = opened;
    const record = await newer();
    const before = await redis.hgetall(nameOf(record));
    await expect(store.read(record.id)).rejects.toMatchObject(NEWER);
    await expect(store.commit(verdict(record, 'allow'))).rejects.toMatchObject(NEWER);
    await expect(swap(store, record.id, cancelled)).rejects.toMatchObject(NEWER);
    expect(await redis.hgetall(nameOf(record))).toEqual(before);
  });

  it('is not on a list, which says so, and shows the others; its place stays', async () => {
    const { store } = opened;
    const first = await stored();
    const hidden = await newer();
    const last = await stored();
    const page = await store.list({ service: service.id, status: 'pending', limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual([last.id, first.id]);
    expect(page.leftOut).toBe(1);
    await opened.redis.hset(nameOf(hidden), 'record', JSON.stringify(hidden)); // this process is upgraded
    const whole = await store.list({ service: service.id, limit: 9 });
    expect(whole.items.map(({ id }) => id)).toEqual([last.id, hidden.id, first.id]);
    expect(whole).not.toHaveProperty('leftOut');
  });

  it('is counted on the page where it would stand, and on no other', async () => {
    const { store } = opened;
    await stored();
    await newer();
    await stored();
    const first = await store.list({ service: service.id, limit: 1 });
    expect(first).not.toHaveProperty('leftOut');
    const second = await store.list({ service: service.id, limit: 1, cursor: first.next ?? '' });
    expect(second).toMatchObject({ leftOut: 1, items: [{}] });
  });

  it('keeps every index through repair, which mends the others', async () => {
    const { store, redis } = opened;
    const { deadlines, undecided, list } = keyspace(opened.namespace);
    const [bare, overdue, other] = [await newer(), await newer(), await stored()];
    await redis.zrem(deadlines, bare.id, other.id);
    await redis.zadd(deadlines, 1, overdue.id);
    await redis.zadd(undecided, 1, bare.id, 1, overdue.id);
    expect(await store.repair()).toMatchObject({ deadlinesRestored: 1, leftoversRemoved: 0, decisionsAsked: 0 });
    expect(await redis.zscore(deadlines, other.id)).not.toBeNull();
    expect(await redis.zscore(deadlines, overdue.id)).toBe('1');
    expect(await redis.zcard(undecided)).toBe(3);
    expect(await redis.zcard(list(service.id, 'pending'))).toBe(3);
  });

  it('is due and stays so: the clock wakes the others, and says once that this process should be upgraded', async () => {
    const { store, redis, observed } = opened;
    const { deadlines } = keyspace(opened.namespace);
    const [ahead, plain] = [await newer(), await stored()];
    await redis.zadd(deadlines, 1, ahead.id, 2, plain.id);
    const woken = new Set<string>();
    const rounds = Promise.withResolvers<void>();
    let met = 0;
    const sweeper = startSweeper({
      store,
      observe: observation => observed.push(observation),
      repairEveryMs: 20,
      wake: async id => {
        if (id === ahead.id && ++met === 2) rounds.resolve();
        await store.read(id);
        woken.add(id);
      },
    });
    await rounds.promise;
    await sweeper.stop();
    expect([...woken]).toEqual([plain.id]);
    expect(observed.filter(({ kind }) => kind === 'trouble')).toMatchObject([
      { where: 'sweeper', code: 'stored_newer' },
    ]);
    expect(await redis.zscore(deadlines, ahead.id)).toBe('1');
  });

  it.each([
    ['when it has ended', { status: 'approved', v: '2' }, 60_000],
    ['when their time is over', { v: '2' }, 50],
  ])('sends away whoever waits for it, %s, to ask another process', async (_when, fields, timeoutMs) => {
    const { store, redis, connections, namespace, observed } = opened;
    const record = await stored();
    const waiting = startWaiting({
      read: id => store.read(id),
      redis,
      blocking: connections.forBlocking('changes'),
      namespace,
      observe: observation => observed.push(observation),
      rereadMs: 20,
    });
    const waits = waiting.until(record.id, ({ status }) => isResolved(status), timeoutMs);
    const heard = expect(waits).rejects.toMatchObject(NEWER);
    const ahead = JSON.stringify({ ...record, schema: RECORD_SCHEMA + 1 });
    await redis.hset(nameOf(record), { record: ahead, ...fields });
    await heard;
    await waiting.stop();
  });
});

describe('what else a newer version stored', () => {
  const aHash = `sha256:${'a'.repeat(64)}`;

  it('a key: nobody comes in with it, none is told that it is unknown, and the list shows the others', async () => {
    const { redis, namespace, store } = opened;
    const names = keyspace(namespace);
    const [ahead, plain] = [await keysOf().create('ahead'), await keysOf().create('plain')];
    const signing = await keysOf().create('ahead', { queue: true });
    const before = new Map<string, string>();
    for (const { id } of [ahead.info, signing.info]) {
      const text = JSON.stringify({ ...JSON.parse((await redis.hget(names.keys, id)) ?? ''), schema: 2 });
      before.set(id, text);
      await redis.hset(names.keys, id, text);
    }
    const keys = keysOf();
    await expect(keys.holderOf(ahead.secret)).rejects.toMatchObject(NEWER);
    await expect(keys.publicKey(signing.info.id)).rejects.toMatchObject(NEWER);
    await expect(keys.revoke(ahead.info.id)).rejects.toMatchObject(NEWER);
    expect(await keys.holderOf(plain.secret)).toMatchObject({ id: 'plain' });
    expect(await keys.list()).toMatchObject({ leftOut: 2, keys: [{ id: plain.info.id }] });
    for (const [id, text] of before) expect(await redis.hget(names.keys, id)).toBe(text);

    function keysOf() {
      return openKeys({ redis, namespace, now: store.now });
    }
  });

  it('a standing approval: nothing is decided without it, and the list shows the others', async () => {
    const { redis, namespace } = opened;
    const standing = openStanding({ redis, namespace, retentionMs: 60_000 });
    const [ahead, plain] = [given(), given()];
    for (const one of [ahead, plain]) await standing.keep(one, Date.now());
    const name = keyspace(namespace).standing(ahead.id);
    const document = JSON.parse((await redis.hget(name, 'document')) ?? '');
    await redis.hset(name, 'document', JSON.stringify({ ...document, schema: standingShape.current + 1 }));
    await expect(standing.find(ahead.id)).rejects.toMatchObject(NEWER);
    await expect(standing.within(ahead.covers, 'req_1', Date.now())).rejects.toMatchObject(NEWER);
    expect(await standing.inForce(Date.now())).toMatchObject({ leftOut: 1, items: [{ id: plain.id }] });
    expect(await redis.hget(name, 'uses')).toBe('0');
  });

  it('a code to link with: it is not used up, and whoever typed it may try again', async () => {
    const { redis, namespace } = opened;
    const links = openLinks({ redis, namespace });
    await redis.set(keyspace(namespace).linkCode(aHash), '{"schema":2,"human":"bob"}', 'PX', 60_000);
    await expect(links.tried('slack:T:U', aHash)).rejects.toMatchObject(NEWER);
    expect(await redis.exists(keyspace(namespace).linkCode(aHash))).toBe(1);
    await redis.hset(keyspace(namespace).link('bob'), { schema: '2', accounts: '[]' });
    await expect(links.of('bob')).rejects.toMatchObject(NEWER);
  });
});

describe('a record that is none', () => {
  it('keeps repair from no other', async () => {
    const { store, redis } = opened;
    const [broken, other] = [await stored(), await stored()];
    await redis.hset(nameOf(broken), 'record', 'not a record');
    await redis.zrem(keyspace(opened.namespace).deadlines, broken.id, other.id);
    expect(await store.repair()).toMatchObject({ deadlinesRestored: 1 });
    await expect(store.read(broken.id)).rejects.toMatchObject({ code: 'stored_unreadable', isTransient: false });
    await expect.poll(async () => (await store.list({ service: service.id, limit: 9 })).leftOut, SOON).toBe(1);
  });
});
