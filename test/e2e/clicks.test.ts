// Who clicked, how often, how late: every gesture ends in one vote or one sentence, never in silence.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/domain/audit/evidence.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, cardsAbout, hasButton, textOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { deploy, largeRefund } from './asked.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.stop());

async function ask(submission: Submission) {
  const { id } = await house.http.submit(submission);
  return { id, card: await cardOf(house.workspace, id) };
}

/** What the person was told about it, in words only they see. */
async function wordTo(user: string, before: number): Promise<string> {
  return house.workspace.until(`a word to ${user}`, () => {
    const heard = house.workspace.ephemerals(user);
    return heard.length > before ? JSON.stringify(heard.at(-1)) : undefined;
  });
}

describe('Invariant 4: a click is a person', () => {
  it.each([
    ['A6: joining the channel does not make an approver', 'U0ERIN', /can't approve this/],
    ["A9: a guest's click is refused and recorded", 'U0GRACE', /full member|Guests/],
    ['A8: a Connect user with is_stranger false is refused', 'U0MALLORY', /full member|Guests/],
    ["B3: the requester's own click is refused", 'U0ALICE', /your own request/],
  ])('%s', async (_story, user, words) => {
    const { id, card } = await ask(deploy);
    const before = house.workspace.ephemerals(user).length;
    await house.workspace.as(user).click(card, 'approve');
    expect(await wordTo(user, before)).toMatch(words);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
    expect((await house.audit(id)).filter(({ event }) => event === 'refused')).toHaveLength(1);
  });

  it('A2: two people with the same display name are two people', async () => {
    const { id, card } = await ask(deploy);
    for (const user of ['U0ALEX1', 'U0ALEX2']) {
      const before = house.workspace.ephemerals(user).length;
      await house.workspace.as(user).click(card, 'approve');
      await wordTo(user, before);
    }
    const refused = (await house.audit(id)).filter(({ event }) => event === 'refused');
    expect(new Set(refused.map(({ evidence }) => (evidence as Evidence).who?.account)).size).toBe(2);
  });

  it("B2: an agent's owner cannot approve its request", async () => {
    const { id, card } = await ask({
      ...deploy,
      user: { id: 'carol' },
      actor: { type: 'ai_agent', id: 'release-bot' },
    });
    const before = house.workspace.ephemerals('U0ALICE').length;
    await house.workspace.as('U0ALICE').click(card, 'approve');
    expect(await wordTo('U0ALICE', before)).toMatch(/agent you own/);
    expect((await house.record(id)).status).toBe('pending');
  });
});

describe('Invariant 5: distinct people', () => {
  it('B9: a quorum of two is not met by one, clicking twice', async () => {
    const { id, card } = await ask(largeRefund);
    await house.workspace.as('U0CAROL').click(card, 'approve');
    await house.workspace.until('1 of 2 on the card', () =>
      textOf(cardsAbout(house.workspace, id)[0]).includes('1 of 2'),
    );
    const before = house.workspace.ephemerals('U0CAROL').length;
    await house.workspace.as('U0CAROL').click(card, 'approve');
    expect(await wordTo('U0CAROL', before)).toMatch(/already voted/);
    expect((await house.record(id)).status).toBe('pending');
    await house.workspace.as('U0DAVE').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({
      status: 'approved',
      resolved_by: 'people',
      stages: [{ have: 2, quorum: 2 }],
    });
  });
});

describe('two winners', () => {
  it('C1: two clicks at once, one winner, one polite refusal', async () => {
    const { id, card } = await ask(deploy);
    const heard = () => house.workspace.ephemerals('U0BOB').length + house.workspace.ephemerals('U0DAVE').length;
    const before = heard();
    await Promise.all([
      house.workspace.as('U0BOB').click(card, 'approve'),
      house.workspace.as('U0DAVE').click(card, 'approve'),
    ]);
    const view = await house.http.wait(id);
    expect(view.votes).toHaveLength(1);
    await house.workspace.until('a word to the slower one', () => heard() === before + 1);
    const winner = view.votes[0]?.by === 'bob' ? 'U0BOB' : 'U0DAVE';
    const loser = winner === 'U0BOB' ? 'U0DAVE' : 'U0BOB';
    expect(JSON.stringify(house.workspace.ephemerals(loser).at(-1))).toContain(winner);
  });

  it('C5: the same click delivered five times is one vote, and nobody is scolded', async () => {
    const { id, card } = await ask(largeRefund);
    const before = house.workspace.ephemerals('U0CAROL').length;
    await house.workspace.as('U0CAROL').click(card, 'approve', { times: 5 });
    await house.workspace.until('1 of 2 on the card', () =>
      textOf(cardsAbout(house.workspace, id)[0]).includes('1 of 2'),
    );
    const record = await house.record(id);
    expect(record.votes).toHaveLength(1);
    expect((await house.audit(id)).filter(({ event }) => event === 'voted')).toHaveLength(1);
    expect(house.workspace.ephemerals('U0CAROL')).toHaveLength(before);
  });

  it('C7: a typed "approve" is not a vote', async () => {
    const { id, card } = await ask(deploy);
    await house.workspace.as('U0BOB').say('C0APPROVALS', 'approve', card.ts);
    await house.workspace.as('U0BOB').say('C0APPROVALS', `approve ${id}`);
    await house.http.cancel(id);
    expect(await house.http.wait(id)).toMatchObject({ status: 'cancelled', votes: [] });
  });

  it('C4: a late answer never changes who approved', async () => {
    const { id, card } = await ask(deploy);
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.http.wait(id);
    const before = house.workspace.ephemerals('U0DAVE').length;
    await house.workspace.as('U0DAVE').click(card, 'approve', { stale: true });
    expect(await wordTo('U0DAVE', before)).toContain('U0BOB');
    expect((await house.record(id)).votes.map(({ by }) => by.user)).toEqual(['bob']);
  });
});

describe('Invariant 7: what you saw is what you approved', () => {
  it('E4: a truncated card has no Approve button; the full review has, and its vote names the card', async () => {
    const statement = Array.from({ length: 900 }, (_, i) => `UPDATE t SET a=${i};`).join('\n');
    const { id, card } = await ask({ ...deploy, params: { statement, last: 'the last key' } });
    expect(hasButton(card, 'approve')).toBe(false);
    expect(hasButton(card, 'review')).toBe(true);
    expect(textOf(card)).toContain('the last key');
    const bob = house.workspace.as('U0BOB');
    await bob.click(card, 'review');
    const top = () => house.workspace.modals('U0BOB').at(-1);
    await house.workspace.until('the first page', () => textOf(top() as never).includes('UPDATE t SET a=0;'));
    for (;;) {
      const view = top();
      if (view === undefined) throw new Error('the review closed by itself');
      if (!JSON.stringify(view).includes('"page_next"')) break;
      const page = JSON.stringify(view);
      await bob.click(view, 'page_next');
      await house.workspace.until('the next page', () => JSON.stringify(top()) !== page);
    }
    const last = top();
    if (last === undefined) throw new Error('the review closed by itself');
    expect(JSON.stringify(last)).toContain('UPDATE t SET a=899;');
    await bob.submit(last, {});
    const view = await house.http.wait(id);
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'people' });
    expect(view.votes[0]?.card).toMatch(/^sha256:/);
  });
});
