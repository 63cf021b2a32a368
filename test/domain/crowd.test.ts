// A crowd: who counts, when its message is posted, brought up to date, looked for and given up.
import { describe, expect, it } from 'vitest';
import {
  awaitsCard,
  type Crowd,
  type CrowdMessage,
  folded,
  held,
  MANY,
  missing,
  nextAct,
  refused,
  stands,
  turnedAway,
  unposted,
} from '../../src/domain/crowd.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { aRecord, awaiting, NOON } from '../support/samples.ts';

const at = (ms: number) => new Date(NOON + ms).toISOString();
const begun = { channel: 'C1', postingSince: at(0), postedBy: 'eff_1' };
const there = { ...begun, ts: '1.0', hash: 'sha256:0' };

describe('who waits for a first card', () => {
  const waits = awaiting({ channel: 'C1' });
  it.each<[string, RequestRecord, boolean]>([
    ['one that waits for people', waits, true],
    ['one whose card is being posted', { ...waits, cards: [begun] }, true],
    ['one that has its card', { ...waits, cards: [there] }, false],
    ['one that has ended', { ...waits, status: 'expired' }, false],
    ['one that policy has not answered', aRecord(), false],
  ])('%s', (_what, record, does) => {
    expect(awaitsCard(record) !== undefined).toBe(does);
  });

  it('is counted in the channel that policy names, and in the approvals channel where there is none or it refused', () => {
    expect(awaitsCard(waits)?.channel).toBe('C1');
    expect(awaitsCard(awaiting())?.channel).toBeUndefined();
    const archived = { ...waits, unreachable: [{ channel: 'C1', cause: 'archived' }] };
    expect(awaitsCard(archived)?.channel).toBeUndefined();
    const elsewhere = { ...waits, unreachable: [{ channel: 'C2', cause: 'archived' }] };
    expect(awaitsCard(elsewhere)?.channel).toBe('C1');
  });
});

const many: Crowd = { waiting: 180 };
const few: Crowd = { waiting: MANY };
const none: Crowd = { waiting: 0 };
const fresh = unposted({ service: 'deployer', channel: 'C1', id: 'one' }, NOON);
const posted = held(fresh, 'post', many, NOON);
const standing = stands(posted, '1.0', many, NOON);
const twice = stands(held(posted, 'post', many, NOON), '2.0', many, NOON);

describe('what is done about its message', () => {
  it.each<[string, CrowdMessage | undefined, Crowd, number, ReturnType<typeof nextAct>]>([
    ['is posted where more than 20 wait', undefined, { waiting: MANY + 1 }, 0, 'post'],
    ['is not where 20 wait', undefined, few, 0, undefined],
    ['is left to whoever holds it', posted, many, 11_999, undefined],
    ['is looked for, once whoever held it has had their time', posted, many, 12_000, 'search'],
    ['is left alone for 4 s after it was brought up to date', standing, few, 3_999, undefined],
    ['is brought up to date then', standing, few, 4_000, 'update'],
    ['is not touched where it says so already', standing, many, 60_000, undefined],
    ['says another deadline', standing, { ...many, firstEndsAt: at(0) }, 4_000, 'update'],
    ['says that none waits', standing, none, 4_000, 'update'],
    ['is forgotten once it has said so', stands(standing, '1.0', none, NOON), none, 4_000, 'forget'],
    ['is posted again a minute after it was refused, or deleted', refused(standing, NOON), many, 60_000, 'post'],
    ['is not before', refused(standing, NOON), many, 59_999, undefined],
    ['is forgotten then, where few wait', refused(standing, NOON), few, 60_000, 'forget'],
    ['is posted when Slack said to come back', turnedAway(posted, 'post', 2_000, NOON), many, 2_000, 'post'],
    ['sent twice, is looked for after 5 s', twice, many, 5_000, 'fold'],
    ['sent twice, is not looked for at once again', folded(twice, NOON + 5_000), many, 29_999, undefined],
    ['sent twice, is looked for after 30 s', folded(twice, NOON + 5_000), many, 30_000, 'fold'],
    ['sent twice, is kept until the last look', stands(twice, '2.0', none, NOON), none, 600_000, 'fold'],
    [
      'sent twice, is forgotten after it',
      folded(stands(twice, '2.0', none, NOON), NOON + 600_000),
      none,
      600_000,
      'forget',
    ],
  ])('it %s', (_what, message, crowd, afterMs, act) => {
    expect(nextAct(message, crowd, NOON + afterMs)).toBe(act);
  });

  it('where nobody may look, it is never posted twice, and given up when nobody waits any more', () => {
    expect(missing(posted, false, many, NOON + 12_000)).toMatchObject({ posts: 1, notBefore: at(42_000) });
    expect(missing(posted, false, none, NOON + 12_000)).toBeUndefined();
  });

  it('where it can be seen that it is missing, it is looked for until it can hardly come any more', () => {
    expect(missing(posted, true, none, NOON + 599_999)).toBeDefined();
    expect(missing(posted, true, none, NOON + 600_000)).toBeUndefined();
  });

  it('remembers the most that waited', () => {
    expect(held(held(fresh, 'post', { waiting: 30 }, NOON), 'update', { waiting: 25 }, NOON).most).toBe(30);
  });
});
