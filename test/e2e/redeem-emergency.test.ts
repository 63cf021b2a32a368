// A grant that was got by breaking glass: policy is asked about the emergency once more when the action runs.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/client/index.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { textOf } from '../support/cards.ts';
import { type House, PEOPLE, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { startOpa } from '../support/services.ts';
import { approved, jwksOf, refused, toProd } from './granted.ts';

const { open, ended } = perTest();

const FIVE_MINUTES_S = 300;
/** Dave is on call, and nobody is asked. */
const glass: Submission = { ...toProd, user: { id: 'dave' }, emergency: true, reason: 'payments are down' };

const noticesOf = ({ workspace }: House, id: string) =>
  workspace.history('C0SEC').filter(message => textOf(message).includes(id));

describe('an emergency at redemption', () => {
  it('is asked about as what it is, is good for one use within minutes, and its review stays open', async () => {
    const house = await open();
    const view = await approved(house, glass);
    expect(view).toMatchObject({ resolved_by: 'policy', votes: [], review: { status: 'open' } });
    const claims = await verify(view.grant, { jwks: jwksOf(house), audience: 'deployer', action: glass });
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(FIVE_MINUTES_S);
    expect(claims).toMatchObject({ max_uses: 1, approvals: [] });

    expect(await house.http.redeem(view.grant, glass)).toMatchObject({ uses: 1, usesLeft: 0 });
    await expect(house.http.redeem(view.grant, glass)).rejects.toEqual(refused('grant_used_up'));

    const used = (await house.audit(view.id)).find(({ event }) => event === 'redeemed');
    expect(used).toMatchObject({
      outcome: 'allow',
      reasons: expect.arrayContaining([expect.objectContaining({ rule: 'actions.deploy.on_call_breaks_glass' })]),
      asked: { phase: 'redeem', votes: [], directory: { user: { groups: expect.arrayContaining(['on-call']) } } },
    });
    // What policy obliges to was done at the approval: asked again, it opens no second review and tells nobody twice.
    expect((await house.events(view.id)).filter(event => event === 'review_opened')).toHaveLength(1);
    await house.workspace.until('the notice', () => noticesOf(house, view.id)[0]);
    expect(noticesOf(house, view.id)).toHaveLength(1);
    expect((await house.http.read(view.id)).review).toMatchObject({ status: 'open' });
  });

  it('is none any more for who has gone off call since: people are needed, nothing is used, and why is told', async () => {
    const people = join(scratchDir(), 'people.yaml');
    cpSync(PEOPLE, people);
    const house = await open({ env: { COUNTERSIGN_PEOPLE: people } });
    const view = await approved(house, glass);
    writeFileSync(people, readFileSync(PEOPLE, 'utf8').replace('[on-call, ', '['));
    await house.restart();
    const words = /it now asks for more approval than was given/;
    await expect(house.http.redeem(view.grant, glass)).rejects.toEqual(refused('policy_changed', words));
    expect((await house.record(view.id)).uses).toBe(0);
    expect((await house.events(view.id)).at(-1)).toBe('redeem_refused');
  });

  it('is stopped by a freeze that began since: a denial overrides also an emergency', async () => {
    const policies = join(scratchDir(), 'policies');
    cpSync('policies', policies, { recursive: true });
    const opa = await ended(startOpa({ policies: [policies] }));
    const house = await open({ env: { OPA_URL: opa.url } });
    const view = await approved(house, glass);
    const calendar = join(policies, 'approvals/calendar/data.yaml');
    writeFileSync(calendar, 'freezes: [{name: now, from: "2020-01-01T00:00:00Z"}]\n');
    await opa.restart();
    const words = /it now denies this: A change freeze is in force/;
    await expect(house.http.redeem(view.grant, glass)).rejects.toEqual(refused('policy_changed', words));
    expect((await house.record(view.id)).uses).toBe(0);
  });

  it('does not cover the same action without the emergency: another request, which needs people', async () => {
    const house = await open();
    await approved(house, glass);
    const { emergency: _, ...usual } = glass;
    const { id } = await house.http.submit(usual);
    await house.workspace.until('a card', () =>
      house.workspace.history('C0APPROVALS').find(message => textOf(message).includes(id)),
    );
    expect(await house.http.read(id)).toMatchObject({ status: 'pending' });
  });
});
