// A rolling upgrade: this version and the next one side by side on one Redis, one OPA and one Slack, while requests flow.
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { queueNames } from '../../src/adapters/bullmq/lanes.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { connect, type HttpCountersign } from '../../src/client/index.ts';
import { queuePrefix } from '../../src/contract/queue.ts';
import { RECORD_SCHEMA } from '../../src/domain/record.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Message } from '../../src/local/slack/workspace.ts';
import { countersign, start } from '../cli/spawned.ts';
import { cardsAbout, textOf } from '../support/cards.ts';
import { type House, perTest } from '../support/house.ts';
import { findFreePort } from '../support/services.ts';
import { deploy, remove } from './asked.ts';

const { open, ended } = perTest();
const NEXT = { NODE_OPTIONS: `--import=${join(import.meta.dirname, '../support/next-version.mjs')}` };
const PATIENT = { timeout: 60_000, interval: 100 };

/** A process of the next version, beside a house of this one. */
async function upgraded(house: House) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const running = start(['serve'], { ...house.env, API_PORT: String(port), ...NEXT });
  const stop = async () => {
    running.kill('SIGTERM');
    return running.ended;
  };
  await ended(Promise.resolve({ stop }));
  await running.said(/Countersign serves .*/);
  const as = (apiKey: string) => connect({ url, apiKey });
  return { url, as, http: as(house.apiKey), stop };
}

const get = async (url: string, key: string) => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const json = (await answer.json()) as { readonly [member: string]: unknown };
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), json };
};

describe('this version and the next one', () => {
  it('side by side lose nothing and decide nothing twice: what the next one stored waits here, and ends there', async () => {
    const house = await open();
    const bob = await house.person('bob');
    const here = house.http;
    const before = await Promise.all([deploy, deploy, remove].map(asked => here.submit(asked)));
    const next = await upgraded(house);

    // During: to both by turns, over HTTP and through the queue, some allowed at once and some by people.
    const during = await Promise.all(
      Array.from({ length: 24 }, (_, n) => {
        const asked: Submission = n % 3 === 0 ? remove : deploy;
        const way = [here, next.http, house.queue][n % 2 === 0 ? 0 : n % 3 === 1 ? 1 : 2] ?? here;
        return way.submit({ ...asked, idempotency_key: `during-${n}` }).then(one => ({ ...one, n }));
      }),
    );
    // A service that sends the same again, to the other process, makes no second request.
    const again = await Promise.all(
      during
        .filter(({ n }) => n % 3 !== 0)
        .map(({ n }) => next.http.submit({ ...deploy, idempotency_key: `during-${n}` })),
    );
    expect(new Set(again.map(({ id }) => id)).size).toBe(16);

    // What the next version wrote is 503 here, not an error and not a guess; lists say that it is missing.
    const ahead = await next.http.submit(deploy);
    await expect.poll(async () => (await house.record(ahead.id)).schema, PATIENT).toBe(RECORD_SCHEMA + 1);
    const mine = house.app.api?.url ?? '';
    const told = await get(`${mine}/v1/requests/${ahead.id}`, house.apiKey);
    expect(told).toMatchObject({
      status: 503,
      retryAfter: '2',
      json: { type: 'urn:countersign:problem:stored_newer' },
    });
    const listed = await get(`${mine}/v1/requests?status=pending&limit=100`, house.apiKey);
    expect(listed).toMatchObject({ status: 200, json: { left_out: expect.any(Number) } });
    const there = await get(`${next.url}/v1/requests?status=pending&limit=100`, house.apiKey);
    expect(there.json).not.toHaveProperty('left_out');

    // Whatever process took its card's effect, the card is there, once.
    const card = await shown(house, ahead.id);
    const bobNext = next.as(bob.apiKey);
    const approved = [...before.slice(0, 2), ...during.filter(({ n }) => n % 3 !== 0), ahead];
    for (const { id, digest } of approved) {
      await shown(house, id); // answered before that, a request would need no card any more
      await answered(bobNext, id, digest);
    }

    // After: this version ends; the next one goes on alone.
    await house.app.stop();
    const after = await next.http.submit(deploy);
    await shown(house, after.id);
    await answered(bobNext, after.id, after.digest);

    const all = [...before, ...during, ahead, after];
    for (const { id } of all) {
      expect(await next.http.wait(id, { timeoutMs: 30_000 })).toMatchObject({ id, status: 'approved' });
      const events = await house.events(id);
      expect(events.filter(event => event === 'submitted')).toHaveLength(1);
      expect(events.filter(event => event === 'resolved')).toHaveLength(1);
    }
    for (const { id } of [...approved, after]) {
      const record = await house.record(id);
      expect(record).toMatchObject({ schema: RECORD_SCHEMA + 1, votes: [{ by: { user: 'bob' } }] });
      await shown(house, id, 'approved');
      expect(cardsAbout(house.workspace, id)).toHaveLength(1);
    }
    expect(card.ts).toBe((await next.http.read(ahead.id)).slack?.ts);
    await nothingIsLeft(house);
  }, 180_000);

  it('are two to whoever clicks: this one says to try again, and the click that the next one hears counts', async () => {
    const house = await open();
    const next = await upgraded(house);
    const { id } = await next.http.submit(deploy);
    const card = await shown(house, id);
    await expect.poll(async () => (await next.http.read(id)).slack?.ts, PATIENT).toBe(card.ts);
    let clicks = 0;
    do {
      expect(++clicks).toBeLessThan(20);
      const before = house.workspace.ephemerals('U0BOB').length;
      await house.workspace.as('U0BOB').click(card, 'approve', { stale: clicks > 1 });
      await house.workspace.until(
        'an answer to bob',
        () =>
          house.workspace.ephemerals('U0BOB').length > before ||
          JSON.stringify(house.workspace.history('C0APPROVALS')).includes('Approved'),
        60_000,
      );
    } while ((await next.http.read(id)).status === 'pending');
    const said = house.workspace.ephemerals('U0BOB').map(note => JSON.stringify(note));
    for (const note of said.slice(0, clicks - 1)) expect(note).toMatch(/[Tt]ry again/);
    expect(await house.record(id)).toMatchObject({ status: 'approved', votes: [{ by: { user: 'bob' } }] });
  }, 120_000);

  it('a key that the next one made is not unknown here: whoever comes with it is asked to come again', async () => {
    const house = await open();
    const env = { ...house.env, ...NEXT };
    const made = await countersign(['keys', 'create', '--service', 'newcomer'], env);
    const key = made.out.trim();
    const told = await get(`${house.app.api?.url}/v1/requests`, key);
    expect(told).toMatchObject({
      status: 503,
      retryAfter: '2',
      json: { type: 'urn:countersign:problem:stored_newer' },
    });
    const listed = await countersign(['keys', 'list'], house.env);
    expect(listed.err).toContain('1 not shown');
  }, 60_000);
});

/** Its card, once it says so: an effect that this version meets comes back in seconds, and may meet it again. */
async function shown({ workspace }: House, id: string, ...words: string[]): Promise<Message> {
  const isIt = (card: Message) => words.every(word => textOf(card).toLowerCase().includes(word));
  return workspace.until(`a card of ${id}`, () => cardsAbout(workspace, id).find(isIt), 60_000);
}

/** One vote, by the one process that can read the request, or the next time. */
async function answered(person: HttpCountersign, id: string, digest: string): Promise<void> {
  await expect.poll(async () => (await person.read(id)).stages.length, PATIENT).toBeGreaterThan(0);
  expect(await person.vote(id, { vote: 'approve', digest })).toMatchObject({ status: 'approved' });
}

/** Every effect was performed, and none was given up. */
async function nothingIsLeft({ namespace, env }: House): Promise<void> {
  const redis = new Redis(env.REDIS_URL ?? '');
  const lane = (name: string, list: string) => `${queuePrefix(namespace)}:${name}:${list}`;
  const counts = async () => {
    const waiting = await Promise.all(
      queueNames.flatMap(name => [
        redis.llen(lane(name, 'wait')),
        redis.llen(lane(name, 'active')),
        redis.zcard(lane(name, 'delayed')),
      ]),
    );
    return waiting.reduce((sum, count) => sum + count, await redis.xlen(keyspace(namespace).outbox));
  };
  await expect.poll(counts, PATIENT).toBe(0);
  for (const name of queueNames) expect(await redis.zcard(lane(name, 'failed'))).toBe(0);
  redis.disconnect();
}
