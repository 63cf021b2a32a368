// Who waits for a first card is counted with what is stored, and one message of a crowd is anybody's to hold, one at a time.
import { beforeEach, describe, expect, it } from 'vitest';
import { openCrowds } from '../../../src/adapters/redis/crowds.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { unshownPlace } from '../../../src/adapters/redis/unshown.ts';
import { change, type StepResult } from '../../../src/domain/change.ts';
import { held, unposted } from '../../../src/domain/crowd.ts';
import { posting, shown, unreachable } from '../../../src/domain/steps/shown.ts';
import type { Submission } from '../../../src/domain/submission.ts';
import type { Crowds } from '../../../src/flow/ports.ts';
import { verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';
import { stored as storedIn, waiting as waitingIn } from './waiting.ts';

let opened: Opened;
let crowds: Crowds;
beforeEach(async () => {
  opened = await openOn(redisUrl());
  crowds = openCrowds({ redis: opened.redis, namespace: opened.namespace });
  return () => opened.close();
});

const unshown = () => keyspace(opened.namespace).unshown;

const waiting = (service: string, channel?: string, submission: Partial<Submission> = {}) =>
  waitingIn(opened.store, service, channel, submission);
const stored = (result: StepResult) => storedIn(opened.store, result);

describe('who waits for a first card', () => {
  it('is counted by service and channel, until the card stands there or the request ends', async () => {
    const [first, second] = [await waiting('a', 'C1'), await waiting('a', 'C1')];
    await waiting('a', 'C2');
    const ended = await waiting('b');
    const counted = [
      { service: 'a', channel: 'C1', waiting: 2 },
      { service: 'a', channel: 'C2', waiting: 1 },
      { service: 'b', waiting: 1 },
    ];
    expect(await crowds.parts()).toEqual(counted);
    const now = opened.store.now();
    const begun = await stored(posting(first, 'C1', 'eff_1', now));
    expect(await crowds.parts()).toEqual(counted); // Slack has not answered
    await stored(shown(begun, { channel: 'C1', ts: '1.0', hash: 'sha256:0' }, now));
    await stored(verdict(ended, 'deny'));
    await stored(unreachable(second, 'C1', 'archived', now));
    expect(await crowds.parts()).toEqual([
      { service: 'a', waiting: 1 },
      { service: 'a', channel: 'C2', waiting: 1 },
    ]);
  });

  it('is not confused by names that look like one another, or like a place', async () => {
    const names = ['a', 'a"', 'a","C1', '["a","C1"]', 'a b', 'a!', 'A', '\u{1f680}', ' ', 'a\nb'];
    for (const name of names) await waiting(name, 'C1"]');
    const parts = await crowds.parts();
    expect(parts.map(({ service }) => service).toSorted()).toEqual(names.toSorted());
    expect(parts.every(({ waiting: count, channel }) => count === 1 && channel === 'C1"]')).toBe(true);
  });

  it('has its earliest deadline, and action and user where all have the same', async () => {
    const first = await waiting('a', 'C1', { expires_in: '30m' });
    await waiting('a', 'C1', { expires_in: '1h', user: { id: 'bob' } });
    await waiting('a', undefined, { expires_in: '20m', user: { id: 'bob' }, action: 'deploy' });
    const [c1, none] = [
      { service: 'a', channel: 'C1', waiting: 2 },
      { service: 'a', waiting: 1 },
    ];
    expect(await crowds.inCommon([c1])).toEqual({
      firstEndsAt: first.expiresAt,
      id: first.id,
      isOneAction: true,
      isOneUser: false,
    });
    expect(await crowds.inCommon([c1, none])).toMatchObject({ isOneAction: false, isOneUser: false });
    expect(await crowds.inCommon([none])).toMatchObject({ isOneAction: true, isOneUser: true });
    expect(await crowds.inCommon([{ service: 'nobody', waiting: 0 }])).toBeUndefined();
  });

  it('is not compared where there are more than a thousand, and counted all the same', async () => {
    const place = unshownPlace(await waiting('a', 'C1')) ?? '';
    const more = Array.from({ length: 1_200 }, (_, i) => place.replace(/req_.*/, `req_${i}`));
    await opened.redis.zadd(unshown(), ...more.flatMap(one => ['0', one]));
    const parts = await crowds.parts();
    expect(parts).toEqual([{ service: 'a', channel: 'C1', waiting: 1_201 }]);
    expect(await crowds.inCommon(parts)).toMatchObject({ isOneAction: false, isOneUser: false });
  });
});

describe('repair', () => {
  it('takes out whom a process of an older version has shown, who is gone, and what is not ours; the others stay', async () => {
    const [there, gone, waits] = [await waiting('a'), await waiting('a'), await waiting('a')];
    // The older version's script says nothing of cards.
    const older = change(
      there,
      { cards: [{ channel: 'C1', postingSince: there.submittedAt, postedBy: 'x', ts: '1.0' }] },
      [],
    );
    const key = (id: string) => keyspace(opened.namespace).request(id);
    await opened.redis.hset(key(there.id), 'v', String(older.next.version), 'record', JSON.stringify(older.next));
    await opened.redis.del(key(gone.id));
    await opened.redis.zadd(unshown(), 0, 'somebody else wrote here');
    expect(await crowds.parts()).toEqual([{ service: 'a', waiting: 3 }]);
    expect((await opened.store.repair()).leftoversRemoved).toBe(3);
    expect(await opened.redis.zrange(unshown(), '0', '-1')).toEqual([unshownPlace(waits)]);
    expect((await opened.store.repair()).leftoversRemoved).toBe(0);
  });

  it('leaves one of a newer version to processes of it', async () => {
    const { id } = await waiting('a');
    await opened.redis.hset(keyspace(opened.namespace).request(id), 'v', '9', 'record', '{"schema":99}');
    expect((await opened.store.repair()).leftoversRemoved).toBe(0);
    expect(await crowds.parts()).toEqual([{ service: 'a', waiting: 1 }]);
  });
});

describe('the message of a crowd', () => {
  const fresh = () => unposted({ service: 'a', channel: 'C1', id: 'one' }, opened.store.now());

  it('is held by one of many who want it at once, then by whoever read what that one stored', async () => {
    const message = fresh();
    const many = Array.from({ length: 20 }, () => openCrowds({ redis: opened.redis, namespace: opened.namespace }));
    const holdings = many.map((_, i) => held({ ...message, id: `${i}` }, 'post', { waiting: 30 }, opened.store.now()));
    const kept = await Promise.all(many.map((one, i) => one.keep(undefined, holdings[i])));
    expect(kept.filter(Boolean)).toHaveLength(1);
    const [now] = await crowds.messages();
    expect(now).toEqual({ service: 'a', channel: 'C1', message: holdings[kept.indexOf(true)] });
    if (now === undefined || now.message === 'illegible') throw new Error('nothing is kept');
    expect(await crowds.keep(message, now.message)).toBe(false);
    expect(await crowds.keep(now.message, undefined)).toBe(true);
    expect(await crowds.keep(now.message, undefined)).toBe(false);
    expect(await crowds.messages()).toEqual([]);
  });

  it('of a newer version is left to it; one with a member more is held as it stands', async () => {
    const { crowds: key } = keyspace(opened.namespace);
    await opened.redis.hset(
      key,
      '["a","C1"]',
      '{"schema":2}',
      '["b","C1"]',
      JSON.stringify({ ...fresh(), service: 'b', more: 1 }),
    );
    const found = new Map((await crowds.messages()).map(({ service, message }) => [service, message]));
    expect(found.get('a')).toBe('illegible');
    const b = found.get('b');
    if (b === undefined || b === 'illegible') throw new Error('b is legible');
    expect(await crowds.keep({ ...b, posts: 9 }, undefined)).toBe(false); // not what was read
    expect(await crowds.keep(b, { ...b, posts: 1 })).toBe(true);
    expect(await opened.redis.hget(key, '["b","C1"]')).toContain('"more":1');
  });
});
