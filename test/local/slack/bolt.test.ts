// The workspace as the real Bolt meets it, over Socket Mode and over signed HTTP.
import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../src/local/slack/workspace.ts';
import { freePort, type RunningBolt, startHttpBolt, startSocketBolt } from './support/bolt.ts';

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});

function listeners(seen: { clicks: unknown[]; errors: unknown[] }) {
  return (app: App): void => {
    app.error(async error => void seen.errors.push(error));
    app.action('approve', async ({ ack, body, client }) => {
      await ack();
      seen.clicks.push(body);
      if (body.type !== 'block_actions' || !body.channel || !body.message) return;
      await client.chat.postEphemeral({ channel: body.channel.id, user: body.user.id, text: 'Recorded.' });
      await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'Done' });
    });
    app.action('ask', async ({ ack, body, client }) => {
      await ack();
      if (body.type !== 'block_actions') return;
      await client.views.open({ trigger_id: body.trigger_id, view: reasonModal });
    });
    app.action('silent', async () => undefined);
    app.view('reason', async ({ ack, view }) => {
      const reason = view.state.values.why?.text?.value ?? '';
      if (reason === 'no') await ack({ response_action: 'errors', errors: { why: 'Say more.' } });
      else await ack();
    });
    app.command('/approvals', async ({ ack, command, respond }) => {
      await ack(`You said ${command.text}`);
      await respond({ response_type: 'in_channel', text: 'Everybody sees this' });
    });
    app.shortcut('open_queue', async ({ ack }) => ack());
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } });
    });
  };
}

const reasonModal = {
  type: 'modal' as const,
  callback_id: 'reason',
  title: { type: 'plain_text' as const, text: 'Why?' },
  submit: { type: 'plain_text' as const, text: 'Send' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text', min_length: 2 },
    },
  ],
};

const card = (...actions: string[]) => [
  { type: 'section', text: { type: 'mrkdwn', text: 'Refund €40 & close *B*' } },
  {
    type: 'actions',
    elements: actions.map(action_id => ({
      type: 'button',
      action_id,
      text: { type: 'plain_text', text: action_id },
      value: 'req_1',
    })),
  },
];

async function start(mode: 'socket' | 'http') {
  const port = mode === 'http' ? await freePort() : 0;
  const delivery = mode === 'http' ? { mode, url: `http://127.0.0.1:${port}/slack/events` } : { mode };
  const workspace = await openWorkspace({ delivery });
  running.push({ stop: workspace.close });
  const seen = { clicks: [] as unknown[], errors: [] as unknown[] };
  const bolt =
    mode === 'http'
      ? await startHttpBolt(workspace, port, listeners(seen))
      : await startSocketBolt(workspace, listeners(seen));
  running.push(bolt);
  return { workspace, bolt, seen };
}

async function post(workspace: Workspace, bolt: RunningBolt, ...actions: string[]) {
  const { ts, channel } = await bolt.app.client.chat.postMessage({
    channel: 'C0APPROVALS',
    text: 'Approval needed',
    blocks: card(...actions),
  });
  const message = workspace.history('approvals').find(one => one.ts === ts);
  if (!message || !channel) throw new Error('The message did not arrive.');
  return message;
}

describe.each(['socket', 'http'] as const)('Bolt over %s', mode => {
  it('hears a click, answers with an ephemeral and updates the message', async () => {
    const { workspace, bolt, seen } = await start(mode);
    const message = await post(workspace, bolt, 'approve');
    const click = await workspace.as('bob').click(message, 'approve');
    expect(click).toMatchObject({ acked: true });
    await workspace.until('the update', () => workspace.history('approvals')[0]?.text === 'Done');
    expect(workspace.ephemerals('bob').map(one => one.text)).toEqual(['Recorded.']);
    expect(workspace.history('approvals')[0]?.blocks).toEqual([]);
    expect(seen.clicks).toMatchObject([
      {
        user: { id: 'U0BOB', team_id: 'T0ACME' },
        container: { channel_id: 'C0APPROVALS', message_ts: message.ts, is_ephemeral: false },
        message: { blocks: [{ text: { text: 'Refund €40 &amp; close *B*' } }, {}] },
        actions: [{ action_id: 'approve', value: 'req_1' }],
      },
    ]);
    expect(seen.errors).toEqual([]);
  });

  it('opens a modal, shows errors inside it, and closes it when the app accepts', async () => {
    const { workspace, bolt } = await start(mode);
    const message = await post(workspace, bolt, 'ask');
    await workspace.as('carol').click(message, 'ask');
    const modal = await workspace.until('the modal', () => workspace.modals('carol')[0]);
    const tooShort = await workspace.as('carol').submit(modal, { why: 'x' });
    expect(tooShort).toMatchObject({ sent: false, errors: { why: expect.stringContaining('at least 2') } });
    const refused = await workspace.as('carol').submit(modal, { why: 'no' });
    expect(refused).toMatchObject({ acked: true, responseAction: 'errors', errors: { why: 'Say more.' } });
    expect(workspace.modals('carol')[0]?.errors).toEqual({ why: 'Say more.' });
    const accepted = await workspace.as('carol').submit(modal, { text: 'bucket was replaced' });
    expect(accepted).toMatchObject({ acked: true, responseAction: 'close' });
    expect(workspace.modals('carol')).toEqual([]);
  });

  it('K1: a click that is not acknowledged within three seconds is a warning to the person', async () => {
    const { workspace, bolt } = await start(mode);
    const message = await post(workspace, bolt, 'silent');
    const click = await workspace.as('bob').click(message, 'silent');
    expect(click.acked).toBe(false);
    expect(click.tookMs).toBeGreaterThan(2_900);
  });

  it('carries commands, shortcuts and the Home tab', async () => {
    const { workspace } = await start(mode);
    const command = await workspace.as('alice').command('/approvals list all', 'oncall');
    expect(command).toMatchObject({ acked: true, shown: { text: 'You said list all', user: 'U0ALICE' } });
    await workspace.until('the response', () => workspace.history('oncall')[0]?.text === 'Everybody sees this');
    expect((await workspace.as('alice').shortcut('open_queue')).acked).toBe(true);
    await workspace.as('alice').openHome();
    const home = await workspace.until('the Home tab', () => workspace.home('alice'));
    expect(home.blocks).toMatchObject([{ type: 'divider' }]);
  });

  it('C5: the same click delivered twice reaches the app twice', async () => {
    const { workspace, bolt, seen } = await start(mode);
    const message = await post(workspace, bolt, 'approve');
    const click = await workspace.as('bob').click(message, 'approve', { times: 2 });
    expect(click.deliveries).toHaveLength(2);
    await workspace.until('both clicks', () => seen.clicks.length === 2);
    await click.replay();
    await workspace.until('the replay', () => seen.clicks.length === 3);
  });

  it('K4: a 429 names the seconds to wait, and a dropped answer leaves one message', async () => {
    const { workspace, bolt } = await start(mode);
    const { chat } = bolt.app.client;
    workspace.inject('chat.postMessage', { kind: 'rate_limited', retryAfterS: 7 });
    const limited = chat.postMessage({ channel: 'C0SEC', text: 'one' });
    await expect(limited).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 });
    workspace.inject('chat.postMessage', { kind: 'drop_after_commit' });
    const dropped = chat.postMessage({ channel: 'C0SEC', text: 'two' });
    await expect(dropped).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(workspace.history('security').map(one => one.text)).toEqual(['two']);
    expect(workspace.calls.filter(call => call.method === 'chat.postMessage').map(call => call.fault)).toEqual([
      'rate_limited',
      'drop_after_commit',
    ]);
  });
});

describe('Socket Mode', () => {
  it('refreshes connections, and the app comes back and hears the next click', async () => {
    const { workspace, bolt, seen } = await start('socket');
    const message = await post(workspace, bolt, 'approve');
    workspace.disconnectSockets();
    await workspace.until('the old connection to end', () => workspace.connections() === 0);
    expect(await workspace.as('bob').click(message, 'approve')).toMatchObject({
      acked: false,
      failure: 'no_connection',
    });
    await workspace.until('the reconnection', () => workspace.connections() === 1, 15_000);
    expect(await workspace.as('bob').click(message, 'approve')).toMatchObject({ acked: true });
    expect(seen.clicks).toHaveLength(1);
  }, 20_000);

  it('an event that found no connection is sent again to the next one', async () => {
    const { workspace } = await start('socket');
    workspace.disconnectSockets();
    await workspace.until('the old connection to end', () => workspace.connections() === 0);
    await workspace.as('erin').openHome();
    await workspace.until('the Home tab', () => workspace.home('erin'), 15_000);
  }, 20_000);
});

describe('signed HTTP', () => {
  it('C6: Bolt takes a replayed and a future-dated click, and refuses an old one', async () => {
    const { workspace, bolt, seen } = await start('http');
    const message = await post(workspace, bolt, 'approve');
    const hour = 3_600_000;
    const future = await workspace.as('bob').click(message, 'approve', { signedAt: Date.now() + hour });
    expect(future.acked).toBe(true);
    expect((await future.replay()).acked).toBe(true);
    await workspace.until('both', () => seen.clicks.length === 2);
    const stale = workspace.as('bob').click(message, 'approve', { signedAt: Date.now() - hour, stale: true });
    expect(await stale).toMatchObject({ acked: false, failure: 'http_401' });
  });
});
