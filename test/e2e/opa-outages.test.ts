// OPA is down, or answers otherwise than before: no answer is not yes, and whoever asked is told.
import { describe, expect, it } from 'vitest';
import { cardOf, cardSaying, hasButton } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { startOpa } from '../support/services.ts';
import { deploy, remove } from './asked.ts';

const { open, ended } = perTest();

const ownOpa = () => ended(startOpa({ policies: ['policies'] }));

/** A card that waits, and an OPA that has gone since. */
async function askedAndLeftAlone() {
  const opa = await ownOpa();
  const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
  const { id } = await house.http.submit(deploy);
  const card = await cardOf(house.workspace, id);
  await opa.kill();
  return { opa, house, id, card };
}

describe('Invariant 3, no answer is not yes: OPA is down', () => {
  it.each(['http', 'queue'] as const)(
    'a request over %s is taken, is pending and says why; it is decided when OPA is back',
    async via => {
      const opa = await ownOpa();
      const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
      await opa.kill();
      const { id } = await house[via].submit(remove);
      await expect
        .poll(async () => (await house.http.read(id).catch(() => undefined))?.trouble, { timeout: 10_000 })
        .toMatch(/OPA/);
      expect(await house.http.read(id)).toMatchObject({ status: 'pending' });
      await opa.restart();
      expect(await house.http.wait(id, { timeoutMs: 15_000 })).toMatchObject({
        status: 'approved',
        resolved_by: 'policy',
      });
    },
  );

  it('G7: an OPA outage never produces a denial: what it outlasts is expired, and says so', async () => {
    const opa = await ownOpa();
    const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
    await opa.kill();
    const view = await house.http.request({ ...remove, expires_in: '2s' });
    expect(view).toMatchObject({ status: 'expired', resolved_by: 'clock' });
    expect(view.resolution_reason).toMatch(/OPA/);
    const events = await house.events(view.id);
    expect(events.slice(0, 3)).toEqual(['submitted', 'delayed', 'resolved']);
  });

  it('a click meanwhile is answered: nothing was recorded, try again; and later it counts', async () => {
    const { opa, house, id, card } = await askedAndLeftAlone();
    const bob = house.workspace.as('U0BOB');
    const { acked, tookMs } = await bob.click(card, 'approve');
    expect({ acked, isPrompt: tookMs < 3_000 }).toEqual({ acked: true, isPrompt: true });
    await house.workspace.until('a word to bob', () =>
      JSON.stringify(house.workspace.ephemerals('U0BOB')).includes('try again'),
    );
    expect(await house.http.read(id)).toMatchObject({ status: 'pending', votes: [] });
    await opa.restart();
    await expect
      .poll(
        async () => {
          await bob.click(card, 'approve', { stale: true });
          return (await house.http.wait(id, { timeoutMs: 2_000 }).catch(() => undefined))?.status;
        },
        { timeout: 15_000 },
      )
      .toBe('approved');
  });

  it('the same click, delivered again when OPA is back, hears again that nothing was recorded, and does not count', async () => {
    const { opa, house, id, card } = await askedAndLeftAlone();
    const bob = house.workspace.as('U0BOB');
    const heard = (count: number) =>
      house.workspace.until(`${count} words to bob`, () => {
        const words = house.workspace.ephemerals('U0BOB').map(({ text }) => text);
        return words.length === count ? words : undefined;
      });
    const click = await bob.click(card, 'approve');
    const [first] = await heard(1);
    expect(first).toContain("Policy can't be checked just now, so nothing was recorded");
    await opa.restart();
    await expect.poll(async () => (await house.app.readiness()).every(({ ok }) => ok), { timeout: 15_000 }).toBe(true);
    await click.replay();
    expect(await heard(2)).toEqual([first, first]);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
    expect((await house.events(id)).filter(event => event === 'refused')).toHaveLength(1);
    await bob.click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'bob' }] });
    expect((await house.record(id)).votes).toHaveLength(1);
  });

  it('the same after Slack could not say who it is', async () => {
    const house = await open();
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    house.workspace.inject('users.info', { kind: 'http', status: 503 });
    const click = await house.workspace.as('U0BOB').click(card, 'approve');
    const words = () => house.workspace.ephemerals('U0BOB').map(({ text }) => text);
    await house.workspace.until('a word to bob', () => words().length === 1);
    await click.replay();
    await house.workspace.until('another word to bob', () => words().length === 2);
    expect(words().every(text => text.includes('could not be checked just now'))).toBe(true);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });
});

describe('policy changed meanwhile', () => {
  it('I1: a tightened policy kills a pending approval and tells everyone why', async () => {
    const opa = await ownOpa();
    const frozen = await ended(startOpa({ policies: ['test/e2e/frozen'] }));
    const before = await open({ env: { OPA_URL: opa.url } });
    const { id } = await before.http.submit(deploy);
    const card = await cardOf(before.workspace, id);
    await before.app.stop();
    const after = await open({ beside: before, env: { OPA_URL: frozen.url } });
    await after.workspace.as('U0BOB').click(card, 'approve');
    const view = await after.http.wait(id);
    expect(view).toMatchObject({
      status: 'denied',
      resolved_by: 'policy',
      resolution_reason: 'Policy changed: Changes are frozen until Monday',
    });
    await after.workspace.until('a word to bob', () =>
      JSON.stringify(after.workspace.ephemerals('U0BOB')).includes('frozen'),
    );
    const shown = await cardSaying(after.workspace, id, 'denied', 'frozen until monday');
    expect(hasButton(shown, 'approve')).toBe(false);
  });

  it('H4: an answer that makes no sense ends the request failed, at once, with the cause', async () => {
    const house = await open({ policies: 'test/e2e/nonsense' });
    const view = await house.http.request(remove);
    expect(view).toMatchObject({ status: 'failed', resolved_by: 'system' });
    expect(view.resolution_reason).toContain('outcome');
  });
});
