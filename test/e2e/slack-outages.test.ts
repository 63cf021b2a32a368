// Slack is in trouble: what was decided is shown once it is back, and what nobody could see ends as failed.
import { describe, expect, it } from 'vitest';
import { cardOf, cardSaying, cardsAbout, hasButton } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { deploy } from './asked.ts';

const { open } = perTest();

describe('Slack is in trouble', () => {
  it('C8: a connection dropped after commit leaves one visible request', async () => {
    const house = await open();
    house.workspace.inject('chat.postMessage', { kind: 'drop_after_commit' });
    const { id } = await house.http.submit(deploy);
    await expect.poll(async () => (await house.record(id)).cards[0]?.ts, { timeout: 30_000 }).toBeDefined();
    expect(cardsAbout(house.workspace, id)).toHaveLength(1);
    await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved' });
    await cardSaying(house.workspace, id, 'approved');
  }, 60_000);

  it.each([
    ['appears after the call was given up', { kind: 'late_commit', ms: 3_000 }],
    ['appears after a new one was posted, its answer held back', { kind: 'slow', ms: 8_500 }],
  ] as const)(
    'C8: a card that %s is folded into the first; a click on it meanwhile counts, once',
    async (_, fault) => {
      const house = await open();
      const { workspace } = house;
      workspace.inject('chat.postMessage', fault);
      const { id } = await house.http.submit(deploy);
      const copy = await workspace.until('a second card', () => cardsAbout(workspace, id)[1], 30_000);
      await workspace.as('U0BOB').click(copy, 'approve');
      expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'bob' }] });
      await expect.poll(() => cardsAbout(workspace, id).length, { timeout: 60_000 }).toBe(1);
      const [card] = (await house.record(id)).cards;
      expect(cardsAbout(workspace, id)[0]?.ts).toBe(card?.ts);
      const folded = (await house.audit(id)).filter(({ event }) => event === 'card_folded');
      expect(folded).toMatchObject([{ channel: 'C0APPROVALS', ts: copy.ts, into: card?.ts }]);
    },
    120_000,
  );

  it('D5: a crash between store and post still posts', async () => {
    const house = await open();
    house.workspace.inject('chat.postMessage', { kind: 'http', status: 500 }, { times: 100 });
    const { id } = await house.http.submit(deploy);
    await house.workspace.until('a failed post', () =>
      house.workspace.calls.some(({ method }) => method === 'chat.postMessage'),
    );
    await house.app.stop();
    house.workspace.clearFaults();
    const next = await open({ beside: house });
    await expect.poll(() => cardsAbout(next.workspace, id).length, { timeout: 40_000 }).toBe(1);
  }, 60_000);

  it('D9: a restart between post and decision still updates the card', async () => {
    const house = await open();
    const { id } = await house.http.submit(deploy);
    await cardOf(house.workspace, id);
    await house.restart();
    await house.http.cancel(id);
    const card = await cardSaying(house.workspace, id, 'cancelled');
    expect(hasButton(card, 'approve')).toBe(false);
  });

  it('D13: an archived channel falls back', async () => {
    const house = await open();
    house.workspace.setChannel('C0FINANCE', { is_archived: true });
    const { id } = await house.http.submit({
      action: 'refund',
      user: { id: 'erin', role: 'support' },
      resource: { type: 'order', id: 'A-1' },
      params: { amount_cents: 48_000 },
    });
    await expect.poll(async () => (await house.http.read(id)).slack?.channel, { timeout: 15_000 }).toBe('C0APPROVALS');
    expect((await house.audit(id)).find(({ event }) => event === 'card_undeliverable')).toMatchObject({
      channel: 'C0FINANCE',
    });
  });

  it('D12, E8: an undeliverable request is visible to its requester as failed, never as a denial', async () => {
    const house = await open();
    house.workspace.setChannel('C0APPROVALS', { is_archived: true });
    const view = await house.http.request(deploy);
    expect(view).toMatchObject({ status: 'failed', resolved_by: 'system', votes: [] });
    expect(view.resolution_reason).toMatch(/C0APPROVALS.*archived/);
  });

  it('a deleted card is posted again, and can be decided', async () => {
    const house = await open();
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    house.workspace.inject('chat.update', { kind: 'ok_false', error: 'message_not_found' });
    await house.workspace.as('U0BOB').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved' });
    await expect.poll(() => cardsAbout(house.workspace, id).length, { timeout: 15_000 }).toBe(2);
  });
});
