// What stops the start, with the variable to set, and what does not.
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInbound } from '../../../src/adapters/slack/bolt.ts';
import { connectSlack } from '../../../src/adapters/slack/connect.ts';
import type { Entrance } from '../../../src/adapters/slack/entrance.ts';
import { createPace } from '../../../src/adapters/slack/pace.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { openWorkspace, type Workspace } from '../../../src/local/slack/workspace.ts';
import { freePort } from './stage.ts';

function open(workspace: Pick<Workspace, 'apiUrl' | 'botToken'>, entrance: Entrance) {
  const slack = connectSlack({ botToken: workspace.botToken, apiUrl: workspace.apiUrl });
  return openInbound(
    {
      slack,
      revokeStanding: async () => ({ kind: 'refusal', code: 'unknown_standing' }),
      takeBack: async () => ({ kind: 'refusal', code: 'unknown_request' }),
      links: {
        link: async () => ({ kind: 'refusal', code: 'link_code_unknown' }),
        unlink: async () => ({ kind: 'refusal', code: 'link_none' }),
      },
      homes: { opened: () => undefined, acted: () => undefined, turned: () => undefined },
      castVote: async () => ({ kind: 'refusal', code: 'unknown_request' }),
      asides: {
        ask: async () => refuse('unknown_request'),
        handOver: async () => refuse('unknown_request'),
        nudge: async () => refuse('unknown_request'),
      },
      pace: createPace(),
      once: async () => true,
      homeOf: async () => Promise.reject(new Error('nobody asks')),
      read: async () => refuse('unknown_request'),
      cancel: async () => refuse('unknown_request'),
      find: async () => undefined,
      reviews: { check: async () => refuse('no_review'), close: async () => refuse('no_review') },
      messenger: { hashOf: () => '', update: async () => ({ hash: '' }), updateNotice: async () => undefined },
      directory: { slackAccountsOf: () => [] },
      accounts: { forgetUser: () => undefined, forgetUsergroup: () => undefined },
    },
    entrance,
  );
}

async function aWorkspace(): Promise<Workspace> {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  return workspace;
}

describe('A5 H3: a blank secret stops the boot', () => {
  it.each([
    ['SLACK_BOT_TOKEN', () => connectSlack({ botToken: ' ' })],
    [
      'SLACK_SIGNING_SECRET',
      () => open({ apiUrl: 'http://127.0.0.1:1/', botToken: 'x' }, { mode: 'http', signingSecret: '', port: 0 }),
    ],
    [
      'SLACK_SIGNING_SECRET',
      () => open({ apiUrl: 'http://127.0.0.1:1/', botToken: 'x' }, { mode: 'http', signingSecret: '  ', port: 0 }),
    ],
    ['SLACK_APP_TOKEN', () => open({ apiUrl: 'http://127.0.0.1:1/', botToken: 'x' }, { mode: 'socket', appToken: '' })],
  ])('%s', (variable, start) => {
    expect(start).toThrow(
      expect.objectContaining({ code: 'slack_setting_missing', message: expect.stringContaining(variable) }),
    );
  });
});

describe('a token that Slack refuses', () => {
  it('the bot token stops the start', async () => {
    const workspace = await aWorkspace();
    const inbound = open(
      { apiUrl: workspace.apiUrl, botToken: 'xoxb-wrong' },
      { mode: 'socket', appToken: workspace.appToken },
    );
    await expect(inbound.start()).rejects.toMatchObject({
      code: 'slack_token_refused',
      message: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
  });

  it('the app token stops the start', async () => {
    const workspace = await aWorkspace();
    const inbound = open(workspace, { mode: 'socket', appToken: 'xapp-wrong' });
    await expect(inbound.start()).rejects.toMatchObject({
      code: 'slack_invalid_auth',
      message: expect.stringContaining('SLACK_APP_TOKEN'),
    });
  });
});

it('a port that is taken stops the start and says what to do', async () => {
  const workspace = await aWorkspace();
  const port = Number(new URL(workspace.url).port);
  const inbound = open(workspace, { mode: 'http', signingSecret: 'secret', port, host: '127.0.0.1' });
  await expect(inbound.start()).rejects.toMatchObject({
    code: 'slack_port_taken',
    message: expect.stringContaining('SLACK_PORT'),
  });
});

it('Slack being away does not stop the start: the bot is not ready, and becomes ready by itself', async () => {
  const workspace = await aWorkspace();
  workspace.inject('auth.test', { kind: 'http', status: 503 }, { times: 2 });
  workspace.inject('apps.connections.open', { kind: 'drop_before' }, { times: 2 });
  const inbound = open(workspace, { mode: 'socket', appToken: workspace.appToken });
  onTestFinished(() => inbound.stop());
  await inbound.start();
  expect(await inbound.check()).toMatchObject({ name: 'slack', ok: false });
  await workspace.until('it is connected', () => workspace.connections() > 0);
  await expect.poll(async () => (await inbound.check()).ok, { timeout: 5_000 }).toBe(true);
});

it('over HTTP it listens on the port it is given', async () => {
  const workspace = await aWorkspace();
  const port = await freePort();
  const inbound = open(workspace, { mode: 'http', signingSecret: 'secret', port, host: '127.0.0.1' });
  onTestFinished(() => inbound.stop());
  expect(await inbound.start()).toEqual({ port });
  expect(await inbound.check()).toMatchObject({ ok: true });
});
