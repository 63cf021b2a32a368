// The Web API on the wire: tokens, scopes, reach, state rules, and Slack's own error names.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../src/local/slack/workspace.ts';
import { button, call, errorOf, mrkdwn, plain, post } from './support/api.ts';

let workspace: Workspace;
const opened: Workspace[] = [];
beforeEach(async () => {
  workspace = await openWorkspace();
  opened.push(workspace);
});
afterAll(async () => {
  await Promise.all(opened.map(one => one.close()));
});

describe('tokens and scopes', () => {
  it.each<[string, string, (w: Workspace) => string, string]>([
    ['no token', 'auth.test', () => '', 'not_authed'],
    ['an unknown token', 'auth.test', () => 'xoxb-other', 'invalid_auth'],
    ['the app token where the bot must speak', 'auth.test', w => w.appToken, 'not_allowed_token_type'],
    ['the bot token where the app must speak', 'apps.connections.open', w => w.botToken, 'not_allowed_token_type'],
    ['a method nobody knows', 'chat.whisper', w => w.botToken, 'unknown_method'],
  ])('%s', async (_name, method, token, error) => {
    expect(await errorOf(workspace, method, {}, token(workspace))).toBe(error);
  });

  it('a revoked token and a deactivated account are told apart', async () => {
    workspace.setToken('bot', 'revoked');
    expect(await errorOf(workspace, 'auth.test')).toBe('token_revoked');
    workspace.setToken('bot', 'inactive');
    expect(await errorOf(workspace, 'auth.test')).toBe('account_inactive');
  });

  it('a missing scope is named, with the ones that are there', async () => {
    workspace.removeScope('users:read');
    const { body } = await call(workspace, 'users.info', { user: 'U0BOB' });
    expect(body).toMatchObject({ error: 'missing_scope', needed: 'users:read' });
    expect(body.provided).toContain('chat:write');
    workspace.removeScope('groups:history');
    expect(await errorOf(workspace, 'conversations.history', { channel: 'G0LEADS' })).toBe('missing_scope');
    expect(await errorOf(workspace, 'conversations.history', { channel: 'C0SEC' })).toBeUndefined();
  });

  it('takes forms as well as JSON, and never records a token', async () => {
    const form = new URLSearchParams({ token: workspace.botToken, channel: 'C0SEC', blocks: '[{"type":"divider"}]' });
    const response = await fetch(`${workspace.apiUrl}chat.postMessage`, { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({ ok: true, channel: 'C0SEC' });
    expect(workspace.calls).toMatchObject([{ method: 'chat.postMessage', tokenKind: 'bot', ok: true, status: 200 }]);
    expect(JSON.stringify(workspace.calls)).not.toContain(workspace.botToken);
  });
});

describe('where the app may speak', () => {
  it.each([
    ['a channel nobody knows', 'C0NOWHERE', 'channel_not_found'],
    ['an archived channel', 'C0ARCHIVED', 'is_archived'],
    ['a bot', 'U0RELBOT', 'cannot_dm_bot'],
    ['a person who left', 'U0DAN', 'channel_not_found'],
  ])('%s', async (_name, channel, error) => {
    expect(await errorOf(workspace, 'chat.postMessage', { channel, text: 'x' })).toBe(error);
  });

  it('a channel without the app needs chat:write.public, a private one does not exist', async () => {
    await post(workspace, 'C0NOBOT');
    workspace.removeScope('chat:write.public');
    expect(await errorOf(workspace, 'chat.postMessage', { channel: 'C0NOBOT', text: 'x' })).toBe('not_in_channel');
    workspace.removeMember('leads', 'U0BOT');
    expect(await errorOf(workspace, 'chat.postMessage', { channel: 'G0LEADS', text: 'x' })).toBe('channel_not_found');
  });

  it('a user id is the DM with that person', async () => {
    const { body } = await call(workspace, 'conversations.open', { users: 'U0BOB' });
    const dm = (body.channel as { id: string }).id;
    await post(workspace, 'U0BOB', { text: 'one' });
    await post(workspace, dm, { text: 'two' });
    expect(workspace.directMessages('bob').map(one => one.text)).toEqual(['one', 'two']);
  });

  it.each([
    ['nobody', '', 'users_list_not_supplied'],
    ['somebody unknown', 'U0WHO', 'user_not_found'],
    ['a person who left', 'U0DAN', 'user_disabled'],
    ['a person the app cannot see', 'U0HIDDEN', 'user_not_visible'],
    ['a bot', 'U0RELBOT', 'cannot_dm_bot'],
  ])('opens no DM with %s', async (_name, users, error) => {
    expect(await errorOf(workspace, 'conversations.open', { users })).toBe(error);
  });

  it('an ephemeral reaches members only', async () => {
    const args = { channel: 'C0SEC', text: 'psst' };
    expect(await errorOf(workspace, 'chat.postEphemeral', { ...args, user: 'U0GRACE' })).toBe('user_not_in_channel');
    expect(await errorOf(workspace, 'chat.postEphemeral', { ...args, user: 'U0BOB' })).toBeUndefined();
    expect(workspace.ephemerals('bob').map(one => one.text)).toEqual(['psst']);
    expect(workspace.history('security')).toEqual([]);
  });
});

describe('what a message may be', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['nothing', {}, 'no_text'],
    ['blocks that are not JSON', { blocks: 'nonsense' }, 'invalid_blocks_format'],
    ['one bad block', { blocks: [{ type: 'divider' }, { type: 'header', text: plain('') }] }, 'invalid_blocks'],
    [
      'too much text in all',
      { blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: mrkdwn('x'.repeat(2_700)) })) },
      'msg_blocks_too_long',
    ],
    ['metadata that is a string', { text: 'x', metadata: 'm' }, 'invalid_metadata_format'],
    [
      'a list of strings in metadata',
      { text: 'x', metadata: { event_type: 'e', event_payload: { a: ['b'] } } },
      'invalid_metadata_schema',
    ],
    [
      'metadata of five kilobytes',
      { text: 'x', metadata: { event_type: 'e', event_payload: { a: 'x'.repeat(5_000) } } },
      'metadata_too_large',
    ],
    ['a reply to nothing', { text: 'x', thread_ts: '1.000000' }, 'thread_not_found'],
    [
      'a hundred and one attachments',
      { attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) },
      'too_many_attachments',
    ],
  ])('%s', async (_name, args, error) => {
    expect(await errorOf(workspace, 'chat.postMessage', { channel: 'C0SEC', ...args })).toBe(error);
    expect(workspace.history('security')).toEqual([]);
  });

  it('a refusal points at the culprit', async () => {
    const blocks = [{ type: 'header', text: plain('x'.repeat(151)) }];
    const { body } = await call(workspace, 'chat.postMessage', { channel: 'C0SEC', blocks });
    expect(body.response_metadata).toEqual({
      messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
    });
  });

  it('text above forty thousand is cut when posted and refused above four thousand when updated', async () => {
    const ts = await post(workspace, 'C0SEC', { text: 'x'.repeat(40_001) });
    expect(workspace.history('security')[0]?.text).toHaveLength(40_000);
    const update = { channel: 'C0SEC', ts, text: 'x'.repeat(4_001) };
    expect(await errorOf(workspace, 'chat.update', update)).toBe('msg_too_long');
  });
});

describe('what an update keeps', () => {
  const metadata = { event_type: 'request', event_payload: { id: 'req_1' } };
  const blocks = [{ type: 'actions', elements: [button('approve')] }];

  it('text without blocks removes the blocks; metadata that is left out stays', async () => {
    const ts = await post(workspace, 'C0SEC', { blocks, metadata });
    await call(workspace, 'chat.update', { channel: 'C0SEC', ts, text: 'done' });
    expect(workspace.history('security')).toMatchObject([
      { text: 'done', blocks: [], metadata, edited: { user: 'U0BOT' } },
    ]);
  });

  it('metadata shows its payload only to those who ask', async () => {
    await post(workspace, 'C0SEC', { metadata });
    const plainHistory = await call(workspace, 'conversations.history', { channel: 'C0SEC' });
    expect(plainHistory.body.messages).toMatchObject([{ metadata: { event_type: 'request' } }]);
    expect(JSON.stringify(plainHistory.body)).not.toContain('req_1');
    const asked = await call(workspace, 'conversations.history', { channel: 'C0SEC', include_all_metadata: true });
    expect(asked.body.messages).toMatchObject([{ metadata }]);
  });

  it('only the app’s own messages change, and only while they exist', async () => {
    const said = await workspace.as('alice').say('security', 'mine');
    expect(await errorOf(workspace, 'chat.update', { channel: 'C0SEC', ts: said.ts, text: 'x' })).toBe(
      'cant_update_message',
    );
    expect(await errorOf(workspace, 'chat.delete', { channel: 'C0SEC', ts: said.ts })).toBe('cant_delete_message');
    const ts = await post(workspace, 'C0SEC');
    await call(workspace, 'chat.delete', { channel: 'C0SEC', ts });
    expect(await errorOf(workspace, 'chat.update', { channel: 'C0SEC', ts, text: 'x' })).toBe('message_not_found');
  });
});

describe('history', () => {
  it('is newest first, bounded, and paged', async () => {
    const stamps = [];
    for (const text of ['a', 'b', 'c', 'd']) stamps.push(await post(workspace, 'C0SEC', { text }));
    const [first = '', second = ''] = stamps;
    await post(workspace, 'C0SEC', { text: 'a reply', thread_ts: first });
    const texts = async (args: Record<string, unknown>) => {
      const { body } = await call(workspace, 'conversations.history', { channel: 'C0SEC', ...args });
      return (body.messages as { text: string }[]).map(one => one.text).join('');
    };
    expect(await texts({})).toBe('dcba');
    expect(await texts({ oldest: second })).toBe('dc');
    expect(await texts({ oldest: second, inclusive: true })).toBe('dcb');
    expect(await texts({ latest: second })).toBe('a');
    const page = await call(workspace, 'conversations.history', { channel: 'C0SEC', limit: 3 });
    expect(page.body).toMatchObject({ has_more: true });
    const { next_cursor } = page.body.response_metadata as { next_cursor: string };
    expect(await texts({ limit: 3, cursor: next_cursor })).toBe('a');
    const thread = await call(workspace, 'conversations.replies', { channel: 'C0SEC', ts: first });
    expect(thread.body.messages).toMatchObject([{ text: 'a', reply_count: 1 }, { text: 'a reply' }]);
  });
});

describe('people, groups and channels', () => {
  it.each([
    ['U0BOB', { is_restricted: false, team_id: 'T0ACME', profile: { title: 'Database owner' } }],
    ['U0GRACE', { is_restricted: true, is_ultra_restricted: false }],
    ['U0SAM', { is_restricted: true, is_ultra_restricted: true }],
    ['U0DAN', { deleted: true }],
    ['U0RELBOT', { is_bot: true }],
    ['W0GRID', { enterprise_user: { enterprise_id: 'E0GRID' } }],
  ])('users.info of %s', async (user, expected) => {
    const { body } = await call(workspace, 'users.info', { user });
    expect(body.user).toMatchObject(expected);
  });

  it('A8: a Connect user belongs to another team, and is no stranger', async () => {
    const { body } = await call(workspace, 'users.info', { user: 'U0MALLORY' });
    expect(body.user).toMatchObject({ team_id: 'T0EVIL' });
    expect(body.user).not.toHaveProperty('is_stranger');
  });

  it('two people may share a display name', async () => {
    const names = [workspace.user('U0ALEX1'), workspace.user('U0ALEX2')].map(one => one.display_name);
    expect(names).toEqual(['Alex', 'Alex']);
  });

  it('an e-mail address shows only with its scope', async () => {
    const { body } = await call(workspace, 'users.lookupByEmail', { email: 'bob@acme.example' });
    expect(body.user).toMatchObject({ id: 'U0BOB', profile: { email: 'bob@acme.example' } });
    expect(await errorOf(workspace, 'users.lookupByEmail', { email: 'no@acme.example' })).toBe('users_not_found');
    workspace.removeScope('users:read.email');
    const hidden = await call(workspace, 'users.info', { user: 'U0BOB' });
    expect(JSON.stringify(hidden.body)).not.toContain('bob@acme.example');
  });

  it('a group changes while it is being asked', async () => {
    const users = async () => (await call(workspace, 'usergroups.users.list', { usergroup: 'S0DBA' })).body.users;
    expect(await users()).toEqual(['U0BOB', 'U0CAROL']);
    workspace.setUsergroup('S0DBA', ['dave']);
    expect(await users()).toEqual(['U0DAVE']);
    expect(await errorOf(workspace, 'usergroups.users.list', { usergroup: 'S0NO' })).toBe('no_such_subteam');
  });

  it('a channel says that it is shared, and may become so later', async () => {
    const flags = async (channel: string) => (await call(workspace, 'conversations.info', { channel })).body.channel;
    expect(await flags('C0SHARED')).toMatchObject({ is_ext_shared: true });
    expect(await flags('C0PENDING')).toMatchObject({ is_pending_ext_shared: true });
    expect(await flags('C0SEC')).toMatchObject({ is_ext_shared: false, is_member: true });
    workspace.setChannel('security', { is_ext_shared: true });
    expect(await flags('C0SEC')).toMatchObject({ is_ext_shared: true });
  });
});
