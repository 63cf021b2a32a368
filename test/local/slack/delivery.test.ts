// How envelopes travel: one connection for each, again when nobody answered, and signed over HTTP.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sign } from '../../../src/local/slack/delivery/http.ts';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../../src/local/slack/workspace.ts';
import { button, call, errorOf, plain, post } from './support/api.ts';

type Frame = { readonly type: string; readonly envelope_id?: string; readonly [field: string]: unknown };

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function open(options: WorkspaceOptions = {}): Promise<Workspace> {
  const workspace = await openWorkspace(options);
  endings.push(workspace.close);
  return workspace;
}

async function connect(workspace: Workspace): Promise<{ readonly socket: WebSocket; readonly frames: Frame[] }> {
  const { body } = await call(workspace, 'apps.connections.open', {}, workspace.appToken);
  const socket = new WebSocket(String(body.url));
  const frames: Frame[] = [];
  socket.on('message', data => frames.push(JSON.parse(String(data)) as Frame));
  await workspace.until('the hello', () => frames[0]?.type === 'hello');
  return { socket, frames };
}

async function pressable(workspace: Workspace) {
  const ts = await post(workspace, 'C0SEC', { blocks: [{ type: 'actions', elements: [button('go')] }] });
  return { channel: 'C0SEC', ts };
}

describe('Socket Mode', () => {
  it('each envelope goes to one connection, in turn', async () => {
    const workspace = await open();
    const clients = [await connect(workspace), await connect(workspace)];
    for (const { socket, frames } of clients) {
      socket.on('message', () => socket.send(JSON.stringify({ envelope_id: frames.at(-1)?.envelope_id, payload: {} })));
    }
    const where = await pressable(workspace);
    for (let n = 0; n < 4; n += 1) expect((await workspace.as('bob').click(where, 'go')).acked).toBe(true);
    const counts = clients.map(({ frames }) => frames.filter(frame => frame.type === 'interactive').length);
    expect(counts).toEqual([2, 2]);
  });

  it('an ack for another envelope acknowledges nothing', async () => {
    const workspace = await open();
    const { socket } = await connect(workspace);
    socket.on('message', () => socket.send(JSON.stringify({ envelope_id: 'another', payload: {} })));
    const click = await workspace.as('bob').click(await pressable(workspace), 'go');
    expect(click).toMatchObject({ acked: false, failure: 'timeout' });
  });

  it('an event without an answer is sent again, and says so', async () => {
    const workspace = await open();
    const { frames } = await connect(workspace);
    await workspace.as('bob').openHome();
    const events = () => frames.filter(frame => frame.type === 'events_api');
    await workspace.until('the second attempt', () => events().length === 2);
    expect(events()).toMatchObject([
      { retry_attempt: 0, retry_reason: '', payload: { event: { type: 'app_home_opened', user: 'U0BOB' } } },
      { retry_attempt: 1, retry_reason: 'timeout' },
    ]);
    const ids = events().map(frame => (frame.payload as { event_id: string }).event_id);
    expect(ids[0]).toBe(ids[1]);
  });

  it('a ticket opens one connection, and an app has ten at most', async () => {
    const workspace = await open();
    const { body } = await call(workspace, 'apps.connections.open', {}, workspace.appToken);
    const first = new WebSocket(String(body.url));
    await new Promise(resolve => first.once('open', resolve));
    const second = new WebSocket(String(body.url));
    const refusal = await new Promise<Error>(resolve => second.once('error', resolve));
    expect(refusal.message).toContain('401');
    for (let n = 1; n < 10; n += 1) await connect(workspace);
    expect(await errorOf(workspace, 'apps.connections.open', {}, workspace.appToken)).toBe('too_many_websockets');
  });

  it('a refresh tells its reason before the connection ends', async () => {
    const workspace = await open();
    const { socket, frames } = await connect(workspace);
    const ended = new Promise(resolve => socket.once('close', resolve));
    workspace.disconnectSockets('warning');
    await ended;
    expect(frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'warning' });
  });
});

type Received = { readonly headers: IncomingMessage['headers']; readonly body: string };

async function listenFor(
  answer: (attempt: number) => { readonly status: number; readonly headers?: Record<string, string> },
): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    const { status, headers } = answer(received.length);
    response.writeHead(status, headers).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  endings.push(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/slack/events`, received };
}

describe('signed HTTP', () => {
  it('signs the body, names no charset, and repeats a replay byte for byte', async () => {
    const { url, received } = await listenFor(() => ({ status: 200 }));
    const workspace = await open({ delivery: { mode: 'http', url } });
    const click = await workspace.as('bob').click(await pressable(workspace), 'go');
    await click.replay();
    const [first, second] = received;
    expect(first?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const timestamp = Number(first?.headers['x-slack-request-timestamp']);
    expect(first?.headers['x-slack-signature']).toBe(sign(workspace.signingSecret, timestamp, first?.body ?? ''));
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['x-slack-signature']).toBe(first?.headers['x-slack-signature']);
  });

  it('an event is tried again at once, after one minute and after five, and no more', async () => {
    let now = 1_790_000_000_000;
    const { url, received } = await listenFor(() => ({ status: 500 }));
    const workspace = await open({ now: () => now, delivery: { mode: 'http', url } });
    await workspace.as('bob').openHome();
    const attempt = () => received.map(one => one.headers['x-slack-retry-num']);
    await workspace.until('the first retry', () => received.length === 2);
    now += 60_000;
    await workspace.until('the second retry', () => received.length === 3);
    now += 299_000;
    await workspace.as('carol').openHome();
    expect(attempt().filter(one => one === '3')).toEqual([]);
    now += 1_000;
    await workspace.until('the third retry', () => attempt().includes('3'));
    expect(received.find(one => one.headers['x-slack-retry-num'] === '3')?.headers['x-slack-retry-reason']).toBe(
      'http_error',
    );
  });

  it('an app that says no-retry is not tried again', async () => {
    let now = 1_790_000_000_000;
    const { url, received } = await listenFor(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
    const workspace = await open({ now: () => now, delivery: { mode: 'http', url } });
    await workspace.as('bob').openHome();
    now += 600_000;
    await workspace.as('carol').openHome();
    expect(received).toHaveLength(2);
  });
});

describe('what a person cannot do', () => {
  it('is told in words that name the remedy', async () => {
    const workspace = await open();
    const where = await pressable(workspace);
    await expect(workspace.as('bob').click(where, 'stop')).rejects.toThrow('There is no "stop" on message');
    await expect(workspace.as('bob').click({ ...where, ts: '1.0' }, 'go')).rejects.toThrow('There is no message 1.0');
    const secret = await post(workspace, 'G0LEADS', { blocks: [{ type: 'actions', elements: [button('go')] }] });
    await expect(workspace.as('bob').click({ channel: 'G0LEADS', ts: secret }, 'go')).rejects.toThrow('addMember');
    expect(() => workspace.as('nobody')).toThrow('Nobody here is called "nobody"');
    expect(() => workspace.channel('#nowhere')).toThrow('There is no channel "#nowhere"');
  });

  it('but a client that has not refreshed can press what is gone', async () => {
    const workspace = await open();
    const where = await pressable(workspace);
    const [shown] = workspace.history('security');
    await call(workspace, 'chat.update', { ...where, text: 'done' });
    if (!shown) throw new Error('The message did not arrive.');
    await expect(workspace.as('bob').click(shown, 'go')).rejects.toThrow('nothing to press');
    expect(await workspace.as('bob').click(shown, 'go', { stale: true })).toMatchObject({ failure: 'no_connection' });
  });

  it('and a click carries what is entered around the button', async () => {
    const workspace = await open();
    const element = { type: 'plain_text_input', action_id: 'note', initial_value: 'draft' };
    const select = { type: 'static_select', action_id: 'pick', options: [{ text: plain('One'), value: '1' }] };
    const blocks = [
      { type: 'input', block_id: 'in', label: plain('Note'), element },
      { type: 'actions', block_id: 'row', elements: [button('go'), select] },
    ];
    const ts = await post(workspace, 'C0SEC', { blocks });
    const where = { channel: 'C0SEC', ts };
    const pressed = await workspace.as('bob').click(where, 'go', { values: { note: 'checked' } });
    expect(pressed.payload.state).toMatchObject({
      values: { in: { note: { value: 'checked' } }, row: { pick: { selected_option: null } } },
    });
    const picked = await workspace.as('bob').click(where, 'row/pick', { value: '1' });
    expect(picked.payload).toMatchObject({
      state: { values: { in: { note: { value: 'draft' } }, row: { pick: { selected_option: { value: '1' } } } } },
      actions: [{ type: 'static_select', selected_option: { value: '1' } }],
    });
    await expect(workspace.as('bob').click(where, 'pick', { value: '2' })).rejects.toThrow('There is no option "2"');
  });

  it('waiting in vain says what the app has done', async () => {
    const workspace = await open();
    await pressable(workspace);
    const waiting = workspace.until('a miracle', () => undefined, 60);
    await expect(waiting).rejects.toThrow(/Waited 60 ms for a miracle.*\n.*\n\s+chat.postMessage ok/);
  });
});
