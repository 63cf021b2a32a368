// A request that nobody can approve says so before anybody is asked, also where only Slack knows who there is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/canonical.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, cardsAbout } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ policies: 'test/e2e/staffing' });
});
afterAll(() => house?.stop());

const usergroup = (id: string) => ({ type: 'slack_usergroup', id });

function restart(approvers: readonly Json[], params: JsonObject = {}): Submission {
  return {
    action: 'restart-database',
    user: { id: 'alice' },
    resource: { type: 'database', id: 'orders' },
    params: { ...params, approvers: [...approvers] },
  };
}

/** Each test has groups of its own: Slack's answers are remembered for a while. */
let count = 0;
function groupOf(...members: readonly string[]) {
  const id = `S0OWN${++count}`;
  house.workspace.setUsergroup(id, members);
  return usergroup(id);
}

describe('a request whose approvers are a Slack user group', () => {
  it.each([
    ['that is empty', () => [groupOf()], {}, /Owners needs 1 of slack_usergroup S0OWN\d+, and nobody there may/],
    ['that does not exist', () => [usergroup('S0NOSUCH')], {}, /nobody there may/],
    ['of the requester alone', () => [groupOf('U0ALICE')], {}, /nobody there may/],
    ['of fewer than are needed', () => [groupOf('U0ALICE', 'U0BOB')], { quorum: 2 }, /only 1 person there may/],
    [
      'whose members a rule excludes',
      () => [groupOf('U0BOB')],
      { more: { excluded: [{ user: 'bob', code: 'author' }] } },
      /nobody there may/,
    ],
    [
      'beside a group of the directory that is as empty',
      () => [groupOf(), { type: 'group', id: 'nobody' }],
      {},
      /nobody there may/,
    ],
  ])('%s ends failed, with the remedy, and nobody is asked', async (_which, approvers, params, words) => {
    const before = house.workspace.directMessages('U0ALICE').length;
    const view = await house.http.request(restart(approvers(), params));
    expect(view).toMatchObject({ status: 'failed', resolved_by: 'system' });
    expect(view.resolution_reason).toMatch(words);
    expect(view.resolution_reason).toContain('Add people to the Slack group or to the directory');
    expect(cardsAbout(house.workspace, view.id)).toEqual([]);
    const told = await house.workspace.until('a word to the requester', () => {
      const heard = house.workspace.directMessages('U0ALICE');
      return heard.length > before ? JSON.stringify(heard.at(-1)) : undefined;
    });
    expect(told).toContain('Nobody can approve this');
    expect(await house.events(view.id)).toContain('resolved');
  });

  it.each([
    ['with somebody else in it', () => [groupOf('U0ALICE', 'U0ERIN')], {}],
    ['with somebody whom no directory knows', () => [groupOf('U0ALEX1')], {}],
    ['that is empty, beside somebody of the directory', () => [groupOf(), { type: 'user', id: 'bob' }], {}],
    ['of the requester alone, where policy waives it', () => [groupOf('U0ALICE')], { more: { self_approval: true } }],
    [
      'that is empty, and others are asked later',
      () => [groupOf()],
      { more: { escalate: { after: '30m', approvers: [{ type: 'group', id: 'db-owners' }] } } },
    ],
    ['or a channel that the app is not in', () => [{ type: 'slack_channel', id: 'C0NOSUCH' }], {}],
    ['or a channel with people in it', () => [{ type: 'slack_channel', id: 'C0SEC' }], {}],
  ])('%s waits for them', async (_which, approvers, params) => {
    const { id } = await house.http.submit(restart(approvers(), params));
    await cardOf(house.workspace, id);
    expect((await house.http.read(id)).status).toBe('pending');
  });

  it.each([
    ['is down', { kind: 'http', status: 503 }],
    ['asks to slow down', { kind: 'rate_limited', retryAfterS: 1 }],
    ['has no scope for it', { kind: 'ok_false', error: 'missing_scope' }],
    ['has no plan for it', { kind: 'ok_false', error: 'plan_upgrade_required' }],
    ['hangs up', { kind: 'drop_after_commit' }],
  ] as const)('waits where Slack %s: silence is no proof', async (_why, fault) => {
    const approver = groupOf();
    house.workspace.inject('usergroups.users.list', fault, {
      times: 9,
      when: args => args.usergroup === approver.id,
    });
    const { id } = await house.http.submit(restart([approver]));
    await cardOf(house.workspace, id);
    expect((await house.http.read(id)).status).toBe('pending');
  });

  it('fails at once where policy lets nobody answer in Slack: with a key only groups of the directory count', async () => {
    const view = await house.http.request(restart([groupOf('U0BOB')], { more: { surfaces: ['cli', 'api'] } }));
    expect(view).toMatchObject({ status: 'failed', resolved_by: 'system' });
    expect(view.resolution_reason).toContain('nobody there may');
  });

  it('is not asked of Slack again for a card that is being brought up to date', async () => {
    const approver = groupOf('U0BOB');
    const { id } = await house.http.submit(restart([approver]));
    const { channel, ts } = await cardOf(house.workspace, id);
    house.workspace.setUsergroup(approver.id, []);
    const asked = () => house.workspace.calls.filter(({ method }) => method === 'usergroups.users.list').length;
    const before = asked();
    await house.http.cancel(id);
    await house.workspace.until('the card to say so', () =>
      house.workspace
        .history(channel)
        .some(message => message.ts === ts && JSON.stringify(message).includes('Cancelled')),
    );
    expect(await house.http.read(id)).toMatchObject({ status: 'cancelled' });
    expect(asked()).toBe(before);
  });
});
