// Things that run out: triggers, response_urls, hashes, modal stacks and rate limits, by a clock the test holds.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../src/local/slack/workspace.ts';
import { button, call, errorOf, plain, post } from './support/api.ts';
import { freePort, startHttpBolt } from './support/bolt.ts';

let now = 1_790_000_000_000;
let workspace: Workspace;
const endings: (() => Promise<unknown>)[] = [];
const payloads: Record<string, unknown>[] = [];

beforeEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  payloads.length = 0;
  const port = await freePort();
  const delivery = { mode: 'http', url: `http://127.0.0.1:${port}/slack/events` } as const;
  workspace = await openWorkspace({ now: () => now, delivery });
  endings.push(workspace.close);
  const bolt = await startHttpBolt(workspace, port, app => {
    app.action('go', async ({ ack, body }) => {
      payloads.push(body as unknown as Record<string, unknown>);
      await ack();
    });
    app.view('m', async ({ ack, body }) => {
      payloads.push(body as unknown as Record<string, unknown>);
      await ack({ response_action: 'push', view: modal() });
    });
  });
  endings.push(bolt.stop);
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

const modal = (more: Record<string, unknown> = {}) => ({
  type: 'modal' as const,
  callback_id: 'm',
  title: plain('M') as { type: 'plain_text'; text: string },
  submit: plain('S') as { type: 'plain_text'; text: string },
  blocks: [{ type: 'divider' as const }],
  ...more,
});

async function click(): Promise<{ trigger_id: string; response_url: string; ts: string }> {
  const ts = await post(workspace, 'C0SEC', { blocks: [{ type: 'actions', elements: [button('go')] }] });
  await workspace.as('bob').click({ channel: 'C0SEC', ts }, 'go');
  const { trigger_id, response_url } = payloads.at(-1) as { trigger_id: string; response_url: string };
  return { trigger_id, response_url, ts };
}

describe('trigger_id', () => {
  it('K2: lives three seconds and works once', async () => {
    const first = await click();
    expect(await errorOf(workspace, 'views.open', { trigger_id: first.trigger_id, view: modal() })).toBeUndefined();
    expect(await errorOf(workspace, 'views.open', { trigger_id: first.trigger_id, view: modal() })).toBe(
      'exchanged_trigger_id',
    );
    const second = await click();
    now += 3_001;
    expect(await errorOf(workspace, 'views.open', { trigger_id: second.trigger_id, view: modal() })).toBe(
      'expired_trigger_id',
    );
    expect(await errorOf(workspace, 'views.open', { trigger_id: 'x', view: modal() })).toBe('invalid_trigger_id');
  });
});

describe('response_url', () => {
  const respond = async (url: string, body: Record<string, unknown>) =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;

  it('K3: works five times', async () => {
    const { response_url } = await click();
    for (let use = 1; use <= 5; use += 1) expect(await respond(response_url, { text: `${use}` })).toBe(200);
    expect(await respond(response_url, { text: '6' })).toBe(404);
    expect(workspace.ephemerals('bob').map(one => one.text)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('K3: works for thirty minutes', async () => {
    const { response_url } = await click();
    now += 30 * 60_000 + 1;
    expect(await respond(response_url, { text: 'late' })).toBe(404);
  });

  it('replaces and deletes the message it came from', async () => {
    const { response_url, ts } = await click();
    expect(await respond(response_url, { replace_original: true, text: 'replaced' })).toBe(200);
    expect(workspace.history('security').find(one => one.ts === ts)).toMatchObject({ text: 'replaced', blocks: [] });
    expect(await respond(response_url, { delete_original: true })).toBe(200);
    expect(workspace.history('security').some(one => one.ts === ts)).toBe(false);
  });
});

describe('modals', () => {
  const open = async (view = modal()) => {
    const { trigger_id } = await click();
    return (await call(workspace, 'views.open', { trigger_id, view })).body;
  };

  it('a view that changed meanwhile is a hash_conflict', async () => {
    const { view } = (await open()) as unknown as { view: { id: string; hash: string } };
    const args = { view_id: view.id, view: modal(), hash: view.hash };
    expect(await errorOf(workspace, 'views.update', args)).toBeUndefined();
    expect(await errorOf(workspace, 'views.update', args)).toBe('hash_conflict');
  });

  it('a stack holds three', async () => {
    await open();
    for (let depth = 2; depth <= 3; depth += 1) {
      const top = workspace.modals('bob').at(-1);
      if (!top) throw new Error('No modal is open.');
      expect(await workspace.as('bob').submit(top, {})).toMatchObject({ responseAction: 'push' });
    }
    const top = workspace.modals('bob').at(-1);
    if (!top) throw new Error('No modal is open.');
    expect(await workspace.as('bob').submit(top, {})).toMatchObject({ acked: false, failure: 'push_limit' });
    const { trigger_id } = await click();
    expect(await errorOf(workspace, 'views.push', { trigger_id, view: modal() })).toBe('push_limit');
  });

  it.each([
    ['too large', { blocks: [], private_metadata: 'x'.repeat(251_000) }, 'view_too_large'],
    ['malformed', { title: plain('a title that is much too long') }, 'invalid_arguments'],
  ])('a view that is %s is refused', async (_name, more, error) => {
    expect((await open(modal(more))).error).toBe(error);
    expect(workspace.modals('bob')).toEqual([]);
  });

  it('an external_id belongs to one view', async () => {
    await open(modal({ external_id: 'one' }));
    expect((await open(modal({ external_id: 'one' }))).error).toBe('duplicate_external_id');
  });
});

describe('rate limits', () => {
  it('K4: a channel takes a short burst and then one message a second', async () => {
    const statuses = [];
    for (let n = 0; n < 6; n += 1)
      statuses.push((await call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await call(workspace, 'chat.postMessage', { channel: 'C0FINANCE', text: 'x' })).status).toBe(200);
    const limited = await call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' });
    expect(limited).toMatchObject({ status: 429, body: { ok: false, error: 'ratelimited' } });
    expect(limited.headers.get('retry-after')).toBe('1');
    now += 1_000;
    expect((await call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' })).status).toBe(200);
  });

  it('K5: group membership can be asked twenty times a minute', async () => {
    const ask = async () => (await call(workspace, 'usergroups.users.list', { usergroup: 'S0DBA' })).status;
    for (let n = 0; n < 20; n += 1) expect(await ask()).toBe(200);
    expect(await ask()).toBe(429);
    now += 3_000;
    expect(await ask()).toBe(200);
  });
});

describe('faults', () => {
  it('are taken in order, by method and argument, and leave the rest alone', async () => {
    workspace.inject('chat.update', { kind: 'ok_false', error: 'cant_update_message' });
    workspace.inject('chat.postMessage', { kind: 'http', status: 500 }, { when: args => args.channel === 'C0SEC' });
    workspace.inject(
      'chat.postMessage',
      { kind: 'ok_false', error: 'ratelimited' },
      { when: args => args.channel === 'C0SEC' },
    );
    expect((await call(workspace, 'chat.postMessage', { channel: 'C0FINANCE', text: 'x' })).status).toBe(200);
    expect((await call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' })).status).toBe(500);
    expect(await call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' })).toMatchObject({
      status: 200,
      body: { ok: false, error: 'ratelimited' },
    });
    const ts = await post(workspace, 'C0SEC');
    expect(await errorOf(workspace, 'chat.update', { channel: 'C0SEC', ts, text: 'x' })).toBe('cant_update_message');
    expect(await errorOf(workspace, 'chat.update', { channel: 'C0SEC', ts, text: 'x' })).toBeUndefined();
  });

  it('a call dropped before it was read has done nothing', async () => {
    workspace.inject('chat.postMessage', { kind: 'drop_before' });
    await expect(call(workspace, 'chat.postMessage', { channel: 'C0SEC', text: 'x' })).rejects.toThrow('fetch failed');
    expect(workspace.history('security')).toEqual([]);
    expect(workspace.calls.at(-1)).toMatchObject({ method: 'chat.postMessage', fault: 'drop_before', ok: false });
  });

  it('a slow answer comes late', async () => {
    workspace.inject('auth.test', { kind: 'slow', ms: 120 });
    const startedAt = performance.now();
    await call(workspace, 'auth.test');
    expect(performance.now() - startedAt).toBeGreaterThan(110);
  });
});
