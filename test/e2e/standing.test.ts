// Standing approvals in the whole: given with a click, used by later requests, seen, and ended before their time.
import { describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, hasButton } from '../support/cards.ts';
import { type House, perTest } from '../support/house.ts';

const { open } = perTest();

const rolling: Submission = {
  action: 'restart-database',
  user: { id: 'alice' },
  resource: { type: 'database', id: 'orders', environment: 'prod' },
  params: { mode: 'rolling' },
};

const restart = rolling;

/** A house in which Bob has approved a restart, and two more of the same kind. */
async function withStanding(uses = '2', restart = rolling): Promise<{ house: House; id: string; standing: string }> {
  const house = await open({ policies: 'test/e2e/lasting' });
  const { id } = await house.http.submit(restart);
  const card = await cardOf(house.workspace, id);
  const bob = house.workspace.as('U0BOB');
  await bob.click(card, 'standing');
  const modal = await house.workspace.until('the form', () => {
    const view = house.workspace.modals('U0BOB').at(-1);
    return view?.callback_id === 'standing' ? view : undefined;
  });
  expect(JSON.stringify(modal)).toContain('with the parameters above');
  await bob.submit(modal, { duration: '30m', uses });
  expect(await house.http.wait(id)).toMatchObject({
    status: 'approved',
    resolved_by: 'people',
    votes: [{ by: 'bob' }],
  });
  await expect.poll(async () => (await house.record(id)).gaveStanding?.id, { timeout: 10_000 }).toBeDefined();
  return { house, id, standing: (await house.record(id)).gaveStanding?.id ?? '' };
}

describe('a standing approval', () => {
  it('lets later requests of the same kind pass, as often as was said, each with a reference to it', async () => {
    const { house, standing } = await withStanding();
    for (const via of ['http', 'queue'] as const) {
      const view = await house[via].request(restart);
      expect(view).toMatchObject({ status: 'approved', resolved_by: 'policy', standing });
      expect(view.votes).toMatchObject([{ by: 'bob', counted: true, standing: { id: standing } }]);
      expect(view.reasons.map(({ code }) => code)).toEqual(['standing_approval']);
    }
    const third = await house.http.submit(restart);
    await cardOf(house.workspace, third.id);
    expect((await house.http.read(third.id)).status).toBe('pending');
    expect(await house.http.standing()).toMatchObject([{ id: standing, uses: 2, max_uses: 2, granted_by: 'bob' }]);
  });

  it('F3: does not cover another payload, another resource or another user', async () => {
    const { house } = await withStanding('2');
    const others: Submission[] = [
      { ...restart, params: { mode: 'hard' } },
      { ...restart, resource: { ...restart.resource, id: 'payments' } },
      { ...restart, resource: { ...restart.resource, environment: 'dev' } },
      { ...restart, user: { id: 'carol' } },
      { ...restart, user: { id: 'alice', role: 'intern' } },
      { ...restart, actor: { type: 'ai_agent', id: 'release-bot' } },
      { ...restart, action: 'drop-database' },
    ];
    for (const other of others) {
      const { id } = await house.http.submit(other);
      await cardOf(house.workspace, id);
      expect((await house.http.read(id)).status).toBe('pending');
    }
  });

  it('is never used more often than was said, however many ask at once', async () => {
    const { house } = await withStanding('2');
    const asked = await Promise.all(Array.from({ length: 12 }, () => house.http.submit(restart)));
    await Promise.all(asked.map(({ id }) => expect.poll(async () => (await house.record(id)).decision).toBeDefined()));
    const records = await Promise.all(asked.map(({ id }) => house.record(id)));
    expect(records.filter(({ status }) => status === 'approved')).toHaveLength(2);
  });

  it('is seen in the thread, and anybody who is known revokes it there; a stranger does not', async () => {
    const { house, id, standing } = await withStanding();
    const { workspace } = house;
    const card = await cardOf(workspace, id);
    const line = await workspace.until('the line', () =>
      workspace.thread(card.channel, card.ts).find(message => hasButton(message, 'revoke_standing')),
    );
    await workspace.as('U0GRACE').click(line, 'revoke_standing');
    await workspace.until('a word to grace', () => workspace.ephemerals('U0GRACE').length > 0);
    expect((await house.http.standing())[0]?.revoked_by).toBeUndefined();
    await workspace.as('U0ERIN').click(line, 'revoke_standing');
    await workspace.until('a line that says so', () =>
      JSON.stringify(workspace.thread(card.channel, card.ts)).includes('Standing approval revoked'),
    );
    const next = await house.http.submit(restart);
    await cardOf(workspace, next.id);
    expect((await house.http.read(next.id)).status).toBe('pending');
    const events = await house.events(id);
    expect(events).toEqual(expect.arrayContaining(['standing_granted', 'standing_revoked']));
    expect(await house.http.standing()).toMatchObject([{ id: standing, revoked_by: 'erin' }]);
  });

  it('Invariant 10: brings no sensitive value of the request it was given with into the audit of a later one', async () => {
    const canary = 'canary-4711';
    const { house } = await withStanding('2', { ...restart, params: { mode: canary }, sensitive: ['/params/mode'] });
    const open = await house.http.request({ ...restart, params: { mode: canary }, sensitive: ['/params/mode'] });
    expect(open).toMatchObject({ status: 'approved', resolved_by: 'policy' });
    const other = await house.http.submit({ ...restart, params: { mode: 'plain' } });
    await cardOf(house.workspace, other.id);
    const entries = [...(await house.audit(open.id)), ...(await house.audit(other.id))];
    expect(JSON.stringify(entries)).toContain('same_params');
    expect(JSON.stringify(entries)).not.toContain(canary);
  });

  it('carries the grants of what it let pass, until it is revoked', async () => {
    const { house, standing } = await withStanding('3');
    const [used, unused] = [await house.http.request(restart), await house.http.request(restart)];
    await house.http.redeem(used.grant, restart);
    await house.http.revokeStanding(standing);
    await expect(house.http.redeem(unused.grant, restart)).rejects.toMatchObject({ name: 'GrantRefused' });
  });

  it('is revoked by its service over HTTP, once and for all', async () => {
    const { house, standing } = await withStanding();
    expect(await house.http.revokeStanding(standing)).toMatchObject({ revoked_by: 'service deployer' });
    expect(await house.http.revokeStanding(standing)).toMatchObject({ revoked_by: 'service deployer' });
    await expect(house.http.revokeStanding(standing.replace(/.$/, 'x'))).rejects.toMatchObject({
      code: 'unknown_standing',
    });
    const { id } = await house.queue.submit(restart);
    await cardOf(house.workspace, id);
    expect((await house.http.read(id)).status).toBe('pending');
  });
});

describe('a standing approval given outside Slack', () => {
  /** A restart that waits for an owner, and Bob with a key of his own. */
  async function waiting() {
    const house = await open({ policies: 'test/e2e/lasting' });
    const { id, digest } = await house.http.submit(restart);
    await expect.poll(async () => (await house.record(id)).approval).toBeDefined();
    return { house, id, digest, bob: (await house.person('bob')).http };
  }

  it('is offered in the view, given with a vote, told in it, and used by later requests', async () => {
    const { house, id, digest, bob } = await waiting();
    expect((await bob.read(id)).standing_offer).toEqual({ max_duration: '1h', max_uses: 3 });
    const standing = { duration: '30m', uses: 2 };
    const view = await bob.vote(id, { vote: 'approve', digest, standing });
    expect(view).toMatchObject({ status: 'approved', votes: [{ by: 'bob', surface: 'api', standing }] });
    expect(view.standing_offer).toBeUndefined();
    await expect
      .poll(async () => (await bob.read(id)).gave_standing, { timeout: 10_000 })
      .toMatchObject({
        by: 'bob',
        max_uses: 2,
      });
    for (let n = 0; n < 2; n++) {
      expect(await house.http.request(restart)).toMatchObject({ status: 'approved', resolved_by: 'policy' });
    }
    const third = await house.http.submit(restart);
    await cardOf(house.workspace, third.id);
    expect((await house.http.read(third.id)).status).toBe('pending');
  });

  it('of more than policy offers is refused with the most there is, and nothing is counted', async () => {
    const { house, id, digest, bob } = await waiting();
    for (const standing of [
      { duration: '61m', uses: 1 },
      { duration: '1h', uses: 4 },
    ]) {
      await expect(bob.vote(id, { vote: 'approve', digest, standing })).rejects.toMatchObject({
        code: 'standing_too_long',
        status: 409,
        message: expect.stringContaining('The most is 1h and 3 uses.'),
      });
    }
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
    expect((await house.events(id)).filter(event => event === 'refused')).toHaveLength(2);
    expect(await bob.vote(id, { vote: 'approve', digest, standing: { duration: '1h', uses: 3 } })).toMatchObject({
      status: 'approved',
    });
  });

  it('is refused where policy offers none; a denial gives none', async () => {
    const house = await open(); // the policies of the repository: a refund is approved one by one
    const refund: Submission = {
      action: 'refund',
      user: { id: 'erin', role: 'support' },
      resource: { type: 'order', id: 'A-1' },
      params: { amount_cents: 250_000 },
    };
    const { id, digest } = await house.http.submit(refund);
    await cardOf(house.workspace, id);
    const carol = (await house.person('carol')).http;
    const standing = { duration: '1h', uses: 1 };
    await expect(carol.vote(id, { vote: 'approve', digest, standing })).rejects.toMatchObject({
      code: 'standing_not_allowed',
      status: 409,
    });
    const denial = await carol.vote(id, { vote: 'deny', reason: 'twice paid', standing }).catch(error => error);
    expect(denial).toMatchObject({ code: 'invalid', status: 400 });
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });
});
