// Only deliveries for our own app count, however well they are signed.
import { describe, expect, it } from 'vitest';
import { openStage } from './stage.ts';

const bob = 'U0BOB';

describe.each(['socket', 'http'] as const)('a delivery over %s', mode => {
  it.each<[string, Record<string, unknown>]>([
    ['for another app', { api_app_id: 'A0OTHER' }],
    ['for no app', { api_app_id: undefined }],
    ['for an app that is no text', { api_app_id: ['A0APP'] }],
    ['for our app in another workspace', { view: { id: 'V1', hash: '1.a', app_installed_team_id: 'T0OTHER' } }],
  ])('%s is refused and audited, and counts for nothing', async (_, forged) => {
    const stage = await openStage({ mode });
    const card = await stage.show();
    const click = await stage.workspace.as(bob).click(card, 'approve', { forged });
    expect(click.acked).toBe(true);
    expect(stage.noted).toMatchObject([
      {
        event: 'refused',
        code: 'foreign_app',
        detail: expect.stringMatching(/^app /),
        evidence: { who: { account: 'slack:T0ACME:U0BOB' }, via: { transport: mode } },
      },
    ]);
    expect(stage.ballots).toEqual([]);
    await stage.workspace.as(bob).click(card, 'approve');
    await expect.poll(() => stage.ballots.length).toBe(1);
  });
});

it.each(['__proto__', 'constructor', 'T'])(
  'a delivery that names its team %j breaks nothing: whose click it is, its user says',
  async id => {
    const stage = await openStage({ mode: 'http' });
    const card = await stage.show();
    const click = await stage.workspace.as(bob).click(card, 'approve', { forged: { team: { id, domain: 'x' } } });
    expect(click.acked).toBe(true);
    await expect.poll(() => stage.ballots).toMatchObject([{ account: 'slack:T0ACME:U0BOB' }]);
  },
);

it('a token that names its app needs no word of Slack, and the one that is set comes first', async () => {
  const stage = await openStage();
  expect(stage.workspace.calls.map(({ method }) => method)).not.toContain('bots.info');
  const set = await openStage({ appId: 'A0OTHER' });
  await set.workspace.as(bob).click(await set.show(), 'approve');
  expect(set.noted).toMatchObject([{ code: 'foreign_app' }]);
});

it('while nobody says which app this is nothing counts, and whoever clicks hears so; as soon as it is known they do', async () => {
  const stage = await openStage({
    mode: 'http',
    workspace: { scopes: SCOPES.filter(scope => scope !== 'users:read') },
  });
  const card = await stage.show();
  const { workspace } = stage;
  await workspace.as(bob).click(card, 'approve');
  expect(stage.noted).toMatchObject([{ code: 'unknown_app' }]);
  expect(stage.observed).toContainEqual(expect.objectContaining({ code: 'app_unknown' }));
  await workspace.until('a note', () => workspace.ephemerals(bob).find(({ text }) => /nothing was counted/.test(text)));
  expect(stage.ballots).toEqual([]);
  workspace.addScope('users:read');
  await workspace.as(bob).click(card, 'approve');
  await expect.poll(() => stage.ballots.length).toBe(1);
});

const SCOPES = ['chat:write', 'im:write', 'users:read', 'usergroups:read', 'channels:read', 'groups:read', 'commands'];
