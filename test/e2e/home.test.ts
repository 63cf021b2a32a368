// The Home tab in the whole: what waits, deciding there, what becomes of it, and who one is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import type { View } from '../../src/local/slack/workspace.ts';
import { said } from '../adapters/slack/said.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, 60_000);
afterAll(() => house.stop());

const deploy: Submission = {
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'payments-api', environment: 'prod' },
  params: { version: '2026.11.2' },
  reason: 'Fixes the double charge.',
};

async function homeSaying(user: string, ...wanted: readonly string[]): Promise<View> {
  await house.workspace.as(user).openHome();
  return seen(user, ...wanted);
}

/** Without opening it anew. */
function seen(user: string, ...wanted: readonly string[]): Promise<View> {
  return house.workspace.until(
    `${user}'s Home says ${wanted.join(', ')}`,
    () => {
      const view = house.workspace.home(user);
      return view !== undefined && wanted.every(words => said(view.blocks).includes(words)) ? view : undefined;
    },
    25_000,
  );
}

describe('somebody who is asked', () => {
  it('sees what waits for them, approves it there, and whoever asked sees it without looking again', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit(deploy);
    await cardOf(workspace, id);
    await homeSaying('U0ALICE', 'Your requests (1)', 'deploy service payments-api in prod');
    expect(said(workspace.home('U0ALICE')?.blocks)).toContain('Nothing is waiting for you.');
    const home = await homeSaying('U0BOB', 'Waiting for you (1)', 'Fixes the double charge.', '[Approve]');
    await workspace.as('U0BOB').click(home, `waiting.${id}/approve`);
    expect(await http.wait(id)).toMatchObject({ status: 'approved' });
    await seen('U0BOB', 'Nothing is waiting for you.', 'Recently resolved (1)', '[Take back…]');
    await seen('U0ALICE', 'Recently resolved (1)');
    // The vote names what was shown: the row, by the hash that its buttons carried.
    const value = JSON.stringify(home.blocks).match(new RegExp(`${id}\\.([0-9a-f]{64})`))?.[1];
    const [vote] = (await house.record(id)).votes;
    expect(vote).toMatchObject({ surface: 'slack', card: `sha256:${value}` });
    expect(workspace.home('U0ERIN')).toBeUndefined();
  });

  it('takes back there what they approved, while it is unused', async () => {
    const { workspace } = house;
    const home = await homeSaying('U0BOB', '[Take back…]');
    const id = JSON.stringify(home.blocks).match(/resolved\.(req_[0-9a-z]+)/)?.[1] ?? '';
    await workspace.as('U0BOB').click(home, `resolved.${id}/take_back`);
    const form = await workspace.until('a form', () => workspace.modals('U0BOB').at(-1));
    await workspace.as('U0BOB').submit(form, { reason: 'I was wrong.' });
    await seen('U0BOB', 'Taken back');
    expect(await house.events(id)).toContain('revoked');
  });

  it('is told in a modal why what they pressed too late does not count', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '3' } });
    await cardOf(workspace, id);
    const home = await homeSaying('U0BOB', 'Waiting for you (1)');
    await http.cancel(id);
    await workspace.as('U0BOB').click(home, `waiting.${id}/approve`, { stale: true });
    const modal = await workspace.until('a modal', () => workspace.modals('U0BOB').at(-1));
    expect(said(modal.blocks)).toContain('Too late');
    await workspace.as('U0BOB').closeModal(modal);
  });

  it('reviews there what is too long for a row, and sees who they are', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { script: 'x'.repeat(2_000) } });
    await cardOf(workspace, id);
    const home = await homeSaying('U0BOB', 'Waiting for you (1)', '[Review…]', 'You are bob, by the directory.');
    expect(said(home.blocks)).not.toContain('[Approve]');
    await workspace.as('U0BOB').click(home, `waiting.${id}/review`);
    const form = await workspace.until('the review', () => workspace.modals('U0BOB').find(one => one.submit !== null));
    await workspace.as('U0BOB').submit(form, {});
    expect(await http.wait(id)).toMatchObject({ status: 'approved' });
    await seen('U0BOB', 'Nothing is waiting for you.');
  });
});

it('an account that is nobody’s links itself there', async () => {
  const { workspace } = house;
  const alex = await house.person('alex');
  const home = await homeSaying('U0ALEX1', 'isn’t linked to anyone', '[Link account…]');
  const { code } = await alex.http.link();
  await workspace.as('U0ALEX1').click(home, 'link_account');
  const form = await workspace.until('a form', () => workspace.modals('U0ALEX1').at(-1));
  const refused = await workspace.as('U0ALEX1').submit(form, { reason: 'AAAAA-BBBBB' });
  expect(refused.errors.reason).toContain('countersign link');
  await workspace.as('U0ALEX1').submit(form, { reason: code });
  const linked = await seen('U0ALEX1', 'You are alex, by the link you made.', '[Unlink]');
  await workspace.as('U0ALEX1').click(linked, 'unlink_account');
  await seen('U0ALEX1', 'isn’t linked to anyone');
});

describe('what is typed after /approvals', () => {
  const typed = async (user: string, line: string) => {
    const { workspace } = house;
    const before = workspace.ephemerals(user).length;
    await workspace.as(user).command(`/approvals ${line}`, 'C0APPROVALS');
    return workspace.until(`an answer to ${line}`, () => workspace.ephemerals(user)[before], 25_000);
  };

  it('lists what waits and what is one’s own, shows it and says why, and is silent to whom it does not concern', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '5' } });
    await cardOf(workspace, id);
    expect(said((await typed('U0BOB', 'list')).blocks)).toMatch(new RegExp(`Waiting for you \\(\\d+\\).*${id}`, 's'));
    expect((await typed('U0ERIN', 'list')).text).toContain('Nothing is waiting for you.');
    expect(said((await typed('U0ALICE', 'mine')).blocks)).toContain(id);
    expect(said((await typed('U0BOB', `show \`${id}\``)).blocks)).toContain('Fixes the double charge.');
    expect(said((await typed('U0ALICE', `why ${id}`)).blocks)).toContain('Policy revision');
    expect((await typed('U0ERIN', `why ${id}`)).text).toContain('no longer');
    expect((await typed('U0BOB', 'why')).text).toContain('The id of the request is missing.');
    expect((await typed('U0BOB', 'frobnicate')).text).toContain('/approvals cancel ID withdraws a request of yours.');
  });

  it('whoever asked cancels it, with their name in the audit; whoever is asked does not', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '6' } });
    await cardOf(workspace, id);
    expect((await typed('U0BOB', `cancel ${id}`)).text).toContain('Only whoever asked');
    expect((await typed('U0ERIN', `cancel ${id}`)).text).not.toContain('Only whoever asked');
    expect((await typed('U0ALICE', `cancel ${id}`)).text).toContain('Cancelled: deploy service payments-api in prod');
    expect(await http.wait(id)).toMatchObject({ status: 'cancelled', resolved_by: 'requester' });
    const end = (await house.audit(id)).find(({ event }) => event === 'resolved');
    expect(end).toMatchObject({
      evidence: { who: { person: 'alice' }, via: { transport: 'socket', user: 'U0ALICE' } },
    });
  });
});

describe('what is said about a request and is no answer', () => {
  const threadOf = async (id: string, wanted: string) => {
    const { workspace } = house;
    const card = await cardOf(workspace, id);
    return workspace.until(`"${wanted}" in the thread`, () =>
      workspace.thread(card.channel, card.ts).find(message => said(message.blocks).includes(wanted)),
    );
  };
  const chosen = async (user: string, id: string, what: string) => {
    const { workspace } = house;
    const card = await cardOf(workspace, id);
    const value = JSON.stringify(card.blocks).match(new RegExp(`"value":"(${what}\\.[^"]+)"`))?.[1] ?? '';
    const before = workspace.modals(user).length;
    await workspace.as(user).click(card, 'more', { value });
    return workspace.until(`the form ${what}`, () => {
      const top = workspace.modals(user)[before];
      return top?.callback_id === what ? top : undefined;
    });
  };

  it('a question reaches whoever asked, in the thread and alone; whoever is not asked cannot ask', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '7' } });
    await workspace.as('U0BOB').submit(await chosen('U0BOB', id, 'ask'), { reason: 'Is the sale <over>?' });
    const line = await threadOf(id, 'Is the sale <over>?');
    expect(said(line.blocks)).toContain('<@U0BOB> asks <@U0ALICE> (this is no vote)');
    const direct = await workspace.until('alice hears of it', () =>
      workspace.directMessages('U0ALICE').find(message => said(message.blocks).includes('Is the sale <over>?')),
    );
    expect(JSON.stringify(direct.blocks)).toContain('/archives/C0APPROVALS/');
    const refused = await workspace.as('U0ERIN').submit(await chosen('U0ERIN', id, 'ask'), { reason: 'And me?' });
    expect(refused.errors.reason).toContain('Only people whose answer is awaited');
    expect(await house.events(id)).toContain('questioned');
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });

  it('a colleague who is asked too is handed it, in the thread and alone; one who is not is refused', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '8' } });
    const form = await chosen('U0BOB', id, 'hand_over');
    const refused = await workspace.as('U0BOB').submit(form, { colleague: 'U0ERIN', reason: '' });
    expect(refused.errors.reason).toContain("aren't asked about this");
    await workspace.as('U0BOB').submit(form, { colleague: 'U0DAVE', reason: 'On leave.' });
    expect(said((await threadOf(id, 'On leave.')).blocks)).toContain('<@U0BOB> hands this over to <@U0DAVE>');
    await workspace.until('dave hears of it', () =>
      workspace.directMessages('U0DAVE').some(message => said(message.blocks).includes('On leave.')),
    );
    expect((await house.audit(id)).find(({ event }) => event === 'handed_over')).toMatchObject({
      by: 'bob',
      to: 'dave',
    });
  });

  it('whoever asked reminds the approvers from their Home, and not twice at once', async () => {
    const { workspace, http } = house;
    const { id } = await http.submit({ ...deploy, params: { version: '9' } });
    await cardOf(workspace, id);
    await workspace.as('U0ALICE').openHome();
    const home = await workspace.until('it is among her requests', () => {
      const view = workspace.home('U0ALICE');
      return view !== undefined && JSON.stringify(view.blocks).includes(`own.${id}`) ? view : undefined;
    });
    await workspace.as('U0ALICE').click(home, `own.${id}/remind`);
    expect(said((await threadOf(id, 'asks again')).blocks)).toContain('Still waiting for');
    const modal = await workspace.until('a modal', () => workspace.modals('U0ALICE').at(-1));
    expect(said(modal.blocks)).toContain('The approvers are reminded');
    await workspace.as('U0ALICE').closeModal(modal);
    await workspace.as('U0ALICE').command(`/approvals remind ${id}`, 'C0APPROVALS');
    await workspace.until('a refusal', () => workspace.ephemerals('U0ALICE').at(-1)?.text.includes('15 minutes ago'));
  });
});
