// Answering in a terminal: what is shown first, what is never assumed, and how it ends.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { countersign } from './spawned.ts';

// Every step is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let house: House;
beforeAll(async () => {
  house = await openHouse({ policies: 'test/e2e/restless' });
});
afterAll(() => house?.stop());

const restart: Submission = {
  action: 'restart-database',
  user: { id: 'alice', role: 'dba' },
  resource: { type: 'database', id: 'orders', environment: 'prod' },
  params: { long: true },
};

async function as(person: string): Promise<Record<string, string>> {
  const { apiKey } = await house.person(person);
  return { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: apiKey };
}

async function ask(more: Partial<Submission> = {}) {
  const { id, digest } = await house.http.submit({ ...restart, ...more });
  await cardOf(house.workspace, id);
  return { id, digest };
}

describe('approve', () => {
  it('shows all that is approved, then counts: 0, and the request is approved by that person on the command line', async () => {
    const { id, digest } = await ask({ context: { ticket: 'OPS-17' } });
    const ended = await countersign(['approve', id, '--yes', '--reason', 'after hours'], await as('bob'));
    expect(ended.code).toBe(0);
    for (const shown of [digest, 'restart-database', '"environment":"prod"', '"role":"dba"', 'OPS-17', '0 of 1']) {
      expect(ended.err).toContain(shown);
    }
    expect(ended.out).toContain('approved by people: bob');
    expect(await house.record(id)).toMatchObject({
      votes: [{ by: { id: 'person:bob' }, surface: 'cli', card: digest, reason: 'after hours' }],
    });
  });

  it('assumes nothing where nobody can be asked: 2, and nothing is recorded', async () => {
    const { id } = await ask();
    const ended = await countersign(['approve', id], await as('bob'), { input: 'y\n' });
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('--digest');
    expect((await countersign(['approve', id, '--digest', 'sha256:1'], await as('bob'))).code).toBe(2);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });

  it('with a digest approves that, and nothing else: 16 for another one', async () => {
    const { id, digest } = await ask();
    const bob = await as('bob');
    const other = await countersign(['approve', id, '--digest', `sha256:${'0'.repeat(64)}`], bob);
    expect(other.code).toBe(16);
    expect(other.err).toContain('not the request you were shown');
    expect((await countersign(['approve', id, '--digest', digest], bob)).code).toBe(0);
  });

  it('is refused with 16 and the sentence, and with 15 where nobody answers', async () => {
    const { id } = await ask();
    const own = await countersign(['approve', id, '--yes'], await as('alice'));
    expect(own.code).toBe(16);
    expect(own.err).toContain('your own request');
    const service = { ...(await as('bob')), COUNTERSIGN_API_KEY: house.apiKey };
    expect((await countersign(['approve', id, '--yes'], service)).err).toContain('keys create --person');
    expect((await countersign(['approve', id, '--yes'], await as('erin'))).err).toContain('No such request');
    const nowhere = { ...(await as('bob')), COUNTERSIGN_URL: 'http://127.0.0.1:1' };
    expect((await countersign(['approve', id, '--yes'], nowhere)).code).toBe(15);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });
});

describe('approve for a while', () => {
  it('says both how long and how often, or nothing is sent: 2', async () => {
    const { id } = await ask();
    const bob = await as('bob');
    const alone = await countersign(['approve', id, '--yes', '--for', '1h'], bob);
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('--for and --uses go together');
    for (const flags of [
      ['--for', 'soon', '--uses', '1'],
      ['--for', '1h', '--uses', '0'],
    ]) {
      expect((await countersign(['approve', id, '--yes', ...flags], bob)).code).toBe(2);
    }
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });

  it('is refused with 16 where policy does not offer it, or offers less; what it offers is shown, and counts', async () => {
    const { id } = await ask();
    const bob = await as('bob');
    const none = await countersign(['approve', id, '--yes', '--for', '1h', '--uses', '5'], bob);
    expect(none.code).toBe(16);
    expect(none.err).toContain("Future requests can't be approved with this one");
    const offered = await ask({ params: { long: true, lasting: true } });
    const more = await countersign(['approve', offered.id, '--yes', '--for', '2h', '--uses', '5'], bob);
    expect(more.code).toBe(16);
    expect(more.err).toContain('at most 1h, 5 times');
    expect(more.err).toContain('The most is 1h and 5 uses.');
    const given = await countersign(['approve', offered.id, '--yes', '--for', '1h', '--uses', '5'], bob);
    expect(given.code).toBe(0);
    expect(given.out).toContain('for 1h and 5 more');
    expect(await house.record(offered.id)).toMatchObject({ votes: [{ standing: { duration: '1h', uses: 5 } }] });
  });
});

describe('revoke', () => {
  it('takes an approval back: 0 for whoever approved it, 16 for whoever did not, 16 where there is none', async () => {
    const { id } = await ask();
    const bob = await as('bob');
    expect((await countersign(['revoke', id], bob)).code).toBe(16); // pending
    expect((await countersign(['approve', id, '--yes'], bob)).code).toBe(0);
    const carol = await countersign(['revoke', id], await as('carol')); // an owner as well, who did not answer
    expect(carol.code).toBe(16);
    expect(carol.err).toContain('Ask one of them, or the service that asked');
    const taken = await countersign(['revoke', id, '--reason', 'wrong database'], bob);
    expect(taken.code).toBe(0);
    expect(taken.out).toMatch(/taken back +by bob at .*: wrong database/);
  });
});

describe('deny', () => {
  it('wants a reason, which the requester reads', async () => {
    const { id } = await ask({ user: { id: 'erin' } });
    const bob = await as('bob');
    expect((await countersign(['deny', id, '--yes'], bob)).code).toBe(2);
    const listed = await countersign(['list', '--mine'], bob);
    expect(listed.out).toContain(id);
    expect(listed.err).toContain('Slack alone knows');
    expect((await countersign(['list', '--mine'], await as('alice'))).out).toBe('No requests wait for you.\n');
    expect((await countersign(['list', '--mine', '--status', 'denied'], bob)).code).toBe(2);
    const service = await countersign(['list', '--mine'], { ...bob, COUNTERSIGN_API_KEY: house.apiKey });
    expect(service.code).toBe(16);
    expect(service.err).toContain("is for a person's key");
    const ended = await countersign(['deny', id, '--yes', '--reason', 'not today', '--json'], bob);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ votes: [{ by: 'bob', vote: 'deny', reason: 'not today' }] });
    expect((await countersign(['list'], bob)).out).not.toContain(id);
  });
});

describe('review', () => {
  it('lists what was let pass, and is closed by somebody who had no part in it, once', async () => {
    const { id } = await house.http.submit({ ...restart, emergency: true, reason: 'the pager rang' });
    await house.http.wait(id);
    const [alice, bob] = [await as('alice'), await as('bob')];
    expect((await countersign(['review', 'list'], bob)).out).toMatch(new RegExp(`${id}  due .*the pager rang`));
    expect((await countersign(['review', 'list'], alice)).out).toBe('No reviews are open.\n');
    const service = { ...bob, COUNTERSIGN_API_KEY: house.apiKey };
    expect((await countersign(['review', 'list'], service)).out).toContain(id);
    const own = await countersign(['review', 'close', id, '--note', 'all fine'], alice);
    expect(own.code).toBe(16);
    expect(own.err).toContain('someone else must review it');
    expect((await countersign(['review', 'close', id, '--note', ' '], bob)).code).toBe(2);
    const closed = await countersign(['review', 'close', id, '--note', 'disk was full'], bob);
    expect(closed.code).toBe(0);
    expect(closed.out).toMatch(/review +closed by bob at .*: disk was full/);
    const again = await countersign(['review', 'close', id, '--note', 'another word'], bob);
    expect(again.err).toContain('already been reviewed');
    expect((await countersign(['review', 'list'], service)).out).toBe('No reviews are open.\n');
    expect((await house.audit(id)).filter(({ event }) => event === 'review_closed')).toHaveLength(1);
    expect((await house.notes()).filter(({ event }) => event === 'review_refused')).toHaveLength(2);
  });
});
