// Who may decide at all: every kind of account there is, and what happens when Slack does not say.
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountKind, createAccounts } from '../../../src/adapters/slack/accounts.ts';
import { connectSlack } from '../../../src/adapters/slack/connect.ts';
import { acme, openWorkspace, type WorkspaceOptions } from '../../../src/local/slack/workspace.ts';
import { openStage } from './stage.ts';

async function setting(options: WorkspaceOptions = {}, now?: () => number) {
  const workspace = await openWorkspace(options);
  onTestFinished(() => workspace.close());
  const slack = connectSlack({ botToken: workspace.botToken, apiUrl: workspace.apiUrl });
  return { workspace, accounts: createAccounts(slack, now) };
}

const lookups = (workspace: { calls: readonly { method: string }[] }, method: string) =>
  workspace.calls.filter(call => call.method === method).length;

describe('the kind of an account', () => {
  it.each([
    ['alice', 'slack:T0ACME:U0ALICE', 'member'],
    ['bob', 'slack:T0ACME:U0BOB', 'member'],
    ['one Alex', 'slack:T0ACME:U0ALEX1', 'member'],
    ['the other Alex', 'slack:T0ACME:U0ALEX2', 'member'],
    ['A9: a guest', 'slack:T0ACME:U0GRACE', 'guest'],
    ['A9: a single-channel guest', 'slack:T0ACME:U0SAM', 'guest'],
    ['A8: a Connect user with is_stranger false', 'slack:T0EVIL:U0MALLORY', 'external'],
    ['A8: the same, claiming our team', 'slack:T0ACME:U0MALLORY', 'external'],
    ['a member of ours, from a payload of another team', 'slack:T0EVIL:U0BOB', 'external'],
    ['a stranger', 'slack:T0FAR:U0ZED', 'stranger'],
    ['somebody removed', 'slack:T0ACME:U0DAN', 'deleted'],
    ['a bot', 'slack:T0ACME:U0RELBOT', 'bot'],
    ['an app user', 'slack:T0ACME:U0APPUSER', 'bot'],
    ['a workflow', 'slack:T0ACME:U0WORKFLOW', 'bot'],
    ['somebody of an enterprise that is not ours', 'slack:T0ACME:W0GRID', 'external'],
    ['no Slack account at all', 'alice', 'stranger'],
    ['a malformed account', 'slack:T0ACME:U0BOB:x', 'stranger'],
  ])('%s is told as what it is', async (_, account, kind) => {
    const { accounts } = await setting();
    expect(await accounts.kindOf(account)).toBe(kind);
  });

  it('a member of our own enterprise is a member', async () => {
    const { accounts } = await setting({ seed: { ...acme, enterpriseId: 'E0GRID' } });
    expect(await accounts.kindOf('slack:T0ACME:W0GRID')).toBe('member');
  });

  it.each([
    ['user_not_visible', 'slack:T0ACME:U0HIDDEN'],
    ['user_not_found', 'slack:T0ACME:U0NOBODY'],
  ])('%s is a failure that may pass, never a member', async (_, account) => {
    const { accounts } = await setting();
    await expect(accounts.kindOf(account)).rejects.toMatchObject({ code: 'unverified_account', isTransient: true });
  });

  it.each([
    { kind: 'http', status: 500 },
    { kind: 'drop_before' },
    { kind: 'rate_limited', retryAfterS: 3 },
    { kind: 'ok_false', error: 'invalid_auth' },
  ] as const)('H2: a failing lookup (%o) never widens, and is asked again', async fault => {
    const { workspace, accounts } = await setting();
    workspace.inject('users.info', fault);
    await expect(accounts.kindOf('slack:T0ACME:U0BOB')).rejects.toMatchObject({
      code: 'unverified_account',
      isTransient: true,
    });
    expect(await accounts.kindOf('slack:T0ACME:U0BOB')).toBe('member');
  });

  it('is told also while a service makes up names without end, for which Slack has to be asked', async () => {
    const { workspace, accounts } = await setting({ rateLimits: true });
    const madeUp = Array.from({ length: 150 }, (_, n) => accounts.find(`slack:T0ACME:U0NOBODY${n}`));
    const told = await Promise.allSettled(madeUp);
    expect(await accounts.kindOf('slack:T0ACME:U0BOB')).toBe('member');
    expect(lookups(workspace, 'users.info')).toBeLessThan(30);
    const unsaid = told.flatMap(one => (one.status === 'rejected' ? [one.reason] : []));
    expect(unsaid.length).toBeGreaterThan(100);
    for (const reason of unsaid) expect(reason).toMatchObject({ isTransient: true });
  });

  it('the gravest thing wins: a removed guest of another company is removed', () => {
    const user = { team_id: 'T2', deleted: true, is_bot: true, is_restricted: true };
    expect(accountKind(user, 'T2', { teamId: 'T1', botId: 'B', botUserId: 'U' })).toBe('deleted');
  });
});

describe('what is remembered', () => {
  it('an answer for a minute, and one question for many who ask at once', async () => {
    let now = 1_000_000;
    const { workspace, accounts } = await setting({}, () => now);
    await Promise.all(Array.from({ length: 20 }, () => accounts.kindOf('slack:T0ACME:U0BOB')));
    expect(lookups(workspace, 'users.info')).toBe(1);
    workspace.setUser('bob', { deleted: true });
    now += 60_001;
    expect(await accounts.kindOf('slack:T0ACME:U0BOB')).toBe('deleted');
  });

  it('K5: a removed member is refused within a minute', async () => {
    let now = 1_000_000;
    const { workspace, accounts } = await setting({}, () => now);
    const groups = () => accounts.usergroupsOf('slack:T0ACME:U0BOB', ['S0DBA', 'S0FINANCE', 'S0EMPTY']);
    expect(await groups()).toEqual(['slack_usergroup:S0DBA']);
    workspace.setUsergroup('S0DBA', ['U0CAROL']);
    now += 60_001;
    expect(await groups()).toEqual([]);
  });

  it('K5: at once, when Slack says that the group changed', async () => {
    const stage = await openStage();
    const groups = () => stage.accounts.usergroupsOf('slack:T0ACME:U0BOB', ['S0DBA']);
    expect(await groups()).toEqual(['slack_usergroup:S0DBA']);
    stage.workspace.setUsergroup('S0DBA', ['U0CAROL']);
    await expect.poll(groups, { timeout: 5_000 }).toEqual([]);
  });

  it('at once, when Slack says that the user changed', async () => {
    const stage = await openStage();
    const kind = () => stage.accounts.kindOf('slack:T0ACME:U0BOB');
    expect(await kind()).toBe('member');
    stage.workspace.setUser('bob', { is_restricted: true });
    await expect.poll(kind, { timeout: 5_000 }).toBe('guest');
  });
});

describe('user groups', () => {
  it('nobody of another team is in a group of ours', async () => {
    const { accounts } = await setting();
    expect(await accounts.usergroupsOf('slack:T0EVIL:U0BOB', ['S0DBA'])).toEqual([]);
  });

  it('a group that does not exist has no members', async () => {
    const { accounts } = await setting();
    expect(await accounts.usergroupsOf('slack:T0ACME:U0BOB', ['S0NONE'])).toEqual([]);
  });

  it('an answer that does not say who is in the group is a failure, not an empty group', async () => {
    const { workspace } = await setting();
    const slack = connectSlack({ botToken: workspace.botToken, apiUrl: workspace.apiUrl });
    slack.interactive.usergroups.users.list = async () => ({ ok: true });
    const accounts = createAccounts(slack);
    const failure = { code: 'unverified_account', isTransient: true };
    await expect(accounts.membersOf({ type: 'slack_usergroup', id: 'S0DBA' })).rejects.toMatchObject(failure);
    await expect(accounts.usergroupsOf('slack:T0ACME:U0BOB', ['S0DBA'])).rejects.toMatchObject(failure);
  });

  it('a lookup that fails is a failure, not an empty group', async () => {
    const { workspace, accounts } = await setting();
    workspace.removeScope('usergroups:read');
    await expect(accounts.usergroupsOf('slack:T0ACME:U0BOB', ['S0DBA'])).rejects.toMatchObject({
      code: 'unverified_account',
    });
  });
});

describe('who is in a channel', () => {
  it('is everybody but the app itself, which approves nothing; of a channel that it does not see, nobody can say', async () => {
    const { workspace, accounts } = await setting();
    const members = await accounts.membersOf({ type: 'slack_channel', id: 'C0SEC' });
    expect(members).toContain('slack:T0ACME:U0BOB');
    expect(members).not.toContain(`slack:T0ACME:${workspace.botUserId}`);
    expect(await accounts.membersOf({ type: 'slack_channel', id: 'C0NOSUCH' })).toBeUndefined();
  });
});

describe('somebody whom a request names', () => {
  it.each([
    ['their account', 'slack:T0ACME:U0ALICE', 'slack:T0ACME:U0ALICE'],
    ['an address that they have confirmed', 'alice@acme.example', 'slack:T0ACME:U0ALICE'],
    ['an address that nobody has confirmed', 'pat@acme.example', undefined],
    ['an address of nobody', 'zoe@acme.example', undefined],
    ['an account of nobody', 'slack:T0ACME:U0NOBODY', undefined],
    ['an account that the app does not see', 'slack:T0ACME:U0HIDDEN', undefined],
    ['an account of another team', 'slack:T0EVIL:U0BOB', undefined],
    ['somebody removed', 'slack:T0ACME:U0DAN', undefined],
    ['a bot', 'slack:T0ACME:U0RELBOT', undefined],
  ])('is found by %s, or not at all', async (_what, name, account) => {
    const { accounts } = await setting();
    expect(await accounts.find(name)).toBe(account);
  });

  it('is asked for once within a minute; what Slack does not say is no answer', async () => {
    const { workspace, accounts } = await setting();
    await Promise.all([accounts.find('alice@acme.example'), accounts.find('alice@acme.example')]);
    await accounts.find('alice@acme.example');
    expect(lookups(workspace, 'users.lookupByEmail')).toBe(1);
    workspace.inject('users.lookupByEmail', { kind: 'http', status: 500 });
    await expect(accounts.find('bob@acme.example')).rejects.toMatchObject({ isTransient: true });
  });

  it('where the app may not see addresses is known by no address', async () => {
    const { workspace, accounts } = await setting();
    workspace.inject('users.lookupByEmail', { kind: 'ok_false', error: 'missing_scope' });
    expect(await accounts.find('alice@acme.example')).toBeUndefined();
  });

  it('has an address only where Slack says that it is confirmed: to say nothing is not to confirm', async () => {
    const { workspace, accounts } = await setting();
    workspace.setUser('bob', { is_email_confirmed: undefined as never });
    expect(await accounts.emailOf('slack:T0ACME:U0BOB')).toBeUndefined();
    expect(await accounts.find('bob@acme.example')).toBeUndefined();
    expect(await accounts.emailOf('slack:T0ACME:U0ALICE')).toBe('alice@acme.example');
  });
});
