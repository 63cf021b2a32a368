// What the clock does in the whole: people are reminded, more are asked, policy has the last word, emergencies are reviewed.
import { describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, cardSaying, cardsAbout, hasButton, textOf } from '../support/cards.ts';
import { type House, perTest } from '../support/house.ts';
import { startOpa } from '../support/services.ts';

const { open, ended } = perTest();

const restart: Submission = {
  action: 'restart-database',
  user: { id: 'alice' },
  resource: { type: 'database', id: 'orders', environment: 'prod' },
};

async function restless(): Promise<House> {
  return open({ policies: 'test/e2e/restless' });
}

describe('a request that nobody answers', () => {
  it('is reminded of, then shown to more people, any of whom can decide it; both cards end alike', async () => {
    const house = await restless();
    const { workspace } = house;
    const { id } = await house.http.submit({ ...restart, params: { long: true } });
    const first = await cardOf(workspace, id);
    const thread = () => JSON.stringify(workspace.thread('C0APPROVALS', first.ts));
    await workspace.until('a reminder', () => thread().includes('Still waiting'));
    const second = await workspace.until('a card elsewhere', () =>
      workspace.history('C0ONCALL').find(message => textOf(message).includes(id)),
    );
    await workspace.until('a line about it', () => thread().includes('Escalated'));
    await workspace.as('U0DAVE').click(second, 'approve');
    expect(await house.http.wait(id)).toMatchObject({
      status: 'approved',
      resolved_by: 'people',
      votes: [{ by: 'dave' }],
    });
    await workspace.until(
      'both cards to say so',
      () =>
        cardsAbout(workspace, id).filter(card => textOf(card).includes('Approved') && !hasButton(card, 'approve'))
          .length === 2,
    );
    const events = await house.events(id);
    expect(events.filter(event => event === 'escalated')).toHaveLength(1);
    expect(events.filter(event => event === 'reminded')).toHaveLength(1);
    expect(events).not.toContain('requirement_changed'); // more people were asked, as policy said from the start
  });

  it('expires only after policy was asked once more', async () => {
    const house = await restless();
    const view = await house.http.request(restart);
    expect(view).toMatchObject({ status: 'expired', resolved_by: 'clock' });
    const decisions = (await house.audit(view.id)).filter(({ event }) => event === 'decided');
    expect(decisions.at(-1)).toMatchObject({ phase: 'deadline', outcome: 'require_approval' });
    const card = await cardSaying(house.workspace, view.id, 'expired');
    expect(hasButton(card, 'approve')).toBe(false);
  });

  it('G3: is not approved by a policy that would allow it at the deadline: it expires, and everybody is told so', async () => {
    const house = await restless();
    const view = await house.http.request({ ...restart, params: { patience: true } });
    expect(view).toMatchObject({
      status: 'expired',
      resolved_by: 'clock',
      resolution_reason: 'Policy would allow it now: submit it again.',
    });
    const card = await cardOf(house.workspace, view.id);
    await house.workspace.until('a line that says so', () =>
      JSON.stringify(house.workspace.thread(card.channel, card.ts)).includes('would allow it now'),
    );
  });

  it('is not asked a last time while OPA is down: it expires', async () => {
    const opa = await ended(startOpa({ policies: ['test/e2e/restless'] }));
    const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
    const { id } = await house.http.submit({ ...restart, params: { patience: true } });
    await cardOf(house.workspace, id);
    await opa.kill();
    expect(await house.http.wait(id)).toMatchObject({ status: 'expired', resolved_by: 'clock' });
  });
});

describe('a request that nobody can approve', () => {
  it('says so at once instead of hanging', async () => {
    const house = await open({ policies: 'test/e2e/restless', env: { COUNTERSIGN_PEOPLE: '' } });
    const view = await house.http.request(restart);
    expect(view).toMatchObject({ status: 'failed', resolved_by: 'system' });
    expect(view.resolution_reason).toMatch(
      /Nobody can approve this: Owners needs 1 of group db-owners.*submit it again/,
    );
    expect(cardsAbout(house.workspace, view.id)).toEqual([]);
  });
});

describe('an emergency', () => {
  const emergency: Submission = { ...restart, emergency: true, reason: 'Orders are down, the pager rang' };

  it('is allowed at once, loudly, and its review is called for until it is closed', async () => {
    const house = await restless();
    const { workspace } = house;
    const view = await house.http.request(emergency);
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'policy', review: { status: 'open' } });
    const notice = await workspace.until('a notice', () =>
      workspace.history('C0SEC').find(message => textOf(message).includes(view.id)),
    );
    for (const words of ['Emergency', 'Glass was broken', 'the pager rang', 'countersign review close']) {
      expect(textOf(notice)).toContain(words);
    }
    await expect.poll(() => house.events(view.id), { timeout: 10_000 }).toContain('reminded');
  });

  it('is kept until it is reviewed, however long that takes', async () => {
    const house = await restless();
    const { id } = await house.http.request(emergency);
    expect(await house.ttl(id)).toBe(-1);
  });
});

describe('a sensitive value', () => {
  it('Invariant 10: is on no card, in no audit entry, no log line and no view; that it is hidden stands there', async () => {
    const canary = 'DE89-canary-370400';
    const house = await restless();
    const submission: Submission = { ...restart, params: { iban: canary }, sensitive: ['/params/iban'] };
    const { id } = await house.http.submit(submission);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0BOB').click(card, 'approve');
    const view = await house.http.wait(id);
    expect(view.status).toBe('approved');
    await cardSaying(house.workspace, id, 'approved');
    const seen = [card, ...cardsAbout(house.workspace, id), view, await house.audit(id), house.lines];
    expect(JSON.stringify(seen)).not.toContain('canary');
    expect(textOf(card)).toContain('hidden by the requester');
    expect(view.sensitive).toEqual(['/params/iban']);
    expect((await house.record(id)).submission.params).toEqual({ iban: canary }); // policy is asked with the value
  });
});
