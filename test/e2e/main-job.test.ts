// The main job, whole: a service asks, policy answers, people click, everybody is told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/domain/audit/chain.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, cardSaying, hasButton } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { remove } from './asked.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.stop());

const deploy: Submission = {
  action: 'deploy',
  user: { id: 'alice', role: 'release-engineer' },
  resource: { type: 'service', id: 'payments-api', environment: 'prod' },
  params: { version: '4.12.0' },
  reason: 'fixes double charges',
};
const both = ['queue', 'http'] as const;

describe.each(both)('a request through the %s', via => {
  const client = () => house[via];

  it('that policy allows is approved at once, by policy, and nobody is asked', async () => {
    const view = await client().request(remove);
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'policy', action: 'delete-resource', votes: [] });
    expect(view.policy?.revision).toBeTruthy();
    expect(house.workspace.history('C0APPROVALS').some(message => JSON.stringify(message).includes(view.id))).toBe(
      false,
    );
  });

  it("that policy denies is denied by policy, in policy's words", async () => {
    const view = await client().request({ ...remove, user: { id: 'erin', role: 'developer' } });
    expect(view).toMatchObject({ status: 'denied', resolved_by: 'policy' });
    expect(view.resolution_reason).toContain('admin');
  });

  it('that needs people becomes a card; a click by one who may resolves it, and the waiting tool is told', async () => {
    const { id } = await client().submit(deploy);
    const told = client().wait(id);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0BOB').click(card, 'approve');
    const view = await told;
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'people', stages: [{ have: 1, quorum: 1 }] });
    expect(view.votes).toMatchObject([
      { by: 'bob', account: 'slack:T0ACME:U0BOB', vote: 'approve', counted: true, surface: 'slack' },
    ]);
    expect(view.votes[0]?.card).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(view.slack).toEqual({ channel: 'C0APPROVALS', ts: card.ts });
  });

  it('that somebody denies is denied, in their words, and the card says so', async () => {
    const { id } = await client().submit(deploy);
    const told = client().wait(id);
    const dave = house.workspace.as('U0DAVE');
    await dave.click(await cardOf(house.workspace, id), 'deny');
    const form = await house.workspace.until('the reason form', () => house.workspace.modals('U0DAVE').at(-1));
    await dave.submit(form, { reason: 'not on a Friday' });
    expect(await told).toMatchObject({ status: 'denied', resolved_by: 'people', resolution_reason: 'not on a Friday' });
    const card = await cardSaying(house.workspace, id, 'denied', 'not on a Friday');
    expect(hasButton(card, 'approve')).toBe(false);
  });

  it('that nobody answers expires, by the clock, with nobody named', async () => {
    const view = await client().request({ ...deploy, expires_in: '1s' });
    expect(view).toMatchObject({ status: 'expired', resolved_by: 'clock', votes: [] });
    const lateMs = Date.parse(view.resolved_at ?? '') - Date.parse(view.expires_at);
    expect(lateMs).toBeLessThan(2_000);
  });

  it('can be asked twice under one key and is one request', async () => {
    const request = { ...remove, idempotency_key: `twice-${via}` };
    const [first, second] = await Promise.all([client().request(request), client().request(request)]);
    expect(second.id).toBe(first.id);
    expect((await house.audit(first.id)).filter(({ event }) => event === 'submitted')).toHaveLength(1);
  });
});

describe('one key with two bodies', () => {
  it('is a conflict over HTTP, and through the queue an error that names it; the audit has both', async () => {
    const first = { ...remove, idempotency_key: 'one-key' };
    const second = { ...first, resource: { ...first.resource, id: 'b-43' } };
    for (const via of both) {
      const approved = await house[via].request({ ...first, idempotency_key: `one-key-${via}` });
      const ask = () => house[via].request({ ...second, idempotency_key: `one-key-${via}` });
      await expect(ask()).rejects.toThrow(/another|conflict|digest/i);
      expect(await house.record(approved.id)).toMatchObject({ submission: { resource: { id: 'b-42' } } });
      const isNoted = async () =>
        (await house.notes()).some(({ id, code }) => id === approved.id && code === 'conflict');
      // Whoever is told of the first may be quicker than the queue, which takes no second envelope while the first is there.
      const isNotedWhenAsked = () => ask().then(() => false, isNoted);
      await expect.poll(isNotedWhenAsked, { timeout: 10_000 }).toBe(true);
    }
  });
});

describe('everybody is told', () => {
  it('D11: each end reaches the requester: the tool, the card, its thread and a direct message', async () => {
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.http.wait(id);
    const [line] = await house.workspace.until('a line in the thread', () => {
      const lines = house.workspace.thread('C0APPROVALS', card.ts);
      return lines.length > 0 ? lines : undefined;
    });
    expect(JSON.stringify(line)).toContain('U0BOB');
    await house.workspace.until('a direct message to alice', () =>
      house.workspace.directMessages('U0ALICE').find(message => JSON.stringify(message).includes('payments-api')),
    );
  });

  it('the audit tells the whole story in a chain that holds', async () => {
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0ERIN').click(card, 'approve');
    await house.workspace.until('a word to erin', () => house.workspace.ephemerals('U0ERIN').length > 0);
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.http.wait(id);
    const entries = await house.audit(id);
    expect(firstBreak(entries)).toBeUndefined();
    const events = entries.map(({ event }) => event);
    expect(events.slice(0, 2)).toEqual(['submitted', 'decided']);
    expect(events).toEqual(expect.arrayContaining(['card_posted', 'refused', 'voted', 'resolved']));
    expect(entries.find(({ event }) => event === 'refused')).toMatchObject({
      evidence: { who: { account: 'slack:T0ACME:U0ERIN', person: 'erin', kind: 'member', matched_by: 'directory' } },
      code: 'not_eligible',
    });
    expect(entries.find(({ event }) => event === 'voted')).toMatchObject({
      evidence: {
        who: { person: 'bob' },
        card: expect.stringMatching(/^sha256:/),
        via: { transport: 'socket', team: 'T0ACME', user: 'U0BOB' },
      },
    });
  });
});
