// Callbacks over real https: what the receiver can verify, what counts as told, and where we do not go.
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type CallbackOptions, connectCallbacks } from '../../../src/adapters/callback/connect.ts';
import type { RequestView } from '../../../src/contract/request-view.ts';
import { testCertificate } from './certificate.ts';
import { startReceiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const NOW = Date.parse('2026-11-24T02:00:00.700Z');

const VIEW: RequestView = {
  id: 'req_00000000000000000000000000',
  version: 3,
  status: 'approved',
  resolved_by: 'people',
  resolved_at: '2026-11-24T01:59:00.000Z',
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'päyments' },
  digest: `sha256:${'0'.repeat(64)}`,
  service: { id: 'deployer', auth: 'api_key' },
  reasons: [],
  stages: [],
  votes: [],
  submitted_at: '2026-11-24T01:51:00.000Z',
  expires_at: '2026-11-24T02:51:00.000Z',
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const accept = (response: ServerResponse) => void response.writeHead(204).end();

async function meet(answer: (response: ServerResponse, n: number) => void, options: Partial<CallbackOptions> = {}) {
  const receiver = await startReceiver(answer);
  const hosts = [`localhost:${receiver.port}`, `hooks.example.com:${receiver.port}`];
  const trusted = { ca: testCertificate, allowLoopback: true, now: () => NOW };
  const callbacks = connectCallbacks({ hosts, secret: SECRET, ...trusted, ...options });
  open.push(receiver, callbacks);
  const url = `https://localhost:${receiver.port}/hook?room=7`;
  const failure = (to = url) =>
    callbacks.deliver(to, 'eff_1', VIEW).then(
      () => undefined,
      error => error,
    );
  return { receiver, callbacks, url, failure };
}

describe('a receiver that is slow', () => {
  it('has four callbacks at a time; the next is told to come again, and another host is not kept waiting', async () => {
    const held: ServerResponse[] = [];
    const { receiver, url, failure, callbacks } = await meet(response => void held.push(response));
    const slow = Array.from({ length: 4 }, () => failure());
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(4);
    const busy = await failure();
    expect(busy).toMatchObject({ code: 'callback_host_busy', isTransient: true });
    expect(busy.retryAfterMs).toBeGreaterThanOrEqual(500);
    expect(receiver.received).toHaveLength(4);
    const elsewhere = url.replace('localhost', 'hooks.example.com');
    expect(await failure(elsewhere)).not.toMatchObject({ code: 'callback_host_busy' });
    for (const response of held.splice(0)) accept(response);
    expect(await Promise.all(slow)).toEqual([undefined, undefined, undefined, undefined]);
    const again = callbacks.deliver(url, 'eff_2', VIEW);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1);
    for (const response of held) accept(response);
    await again;
  });
});

describe('a callback', () => {
  it('carries the view, under an id that a repeat keeps, with a signature over both and the time', async () => {
    const { receiver, callbacks, url } = await meet(accept);
    await callbacks.deliver(url, 'eff_req_1_2_0', VIEW);
    await callbacks.deliver(url, 'eff_req_1_2_0', VIEW);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(first?.url).toBe('/hook?room=7');
    expect(JSON.parse(first?.body ?? '')).toEqual(VIEW);
    const timestamp = Math.floor(NOW / 1_000);
    const signed = `eff_req_1_2_0.${timestamp}.${first?.body}`;
    const key = Buffer.from(SECRET.slice(6), 'base64');
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'eff_req_1_2_0',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    });
  });

  it('is signed with each of two secrets while one replaces the other', async () => {
    const { receiver, callbacks, url } = await meet(accept, { secret: `${SECRET} ${OTHER_SECRET}` });
    await callbacks.deliver(url, 'eff_1', VIEW);
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
  });

  it('stays below 20 KB: a long view becomes its essence and a link', async () => {
    const { receiver, callbacks, url } = await meet(accept, {
      linkTo: id => `https://api.example.com/v1/requests/${id}`,
    });
    const { id, version, status, digest } = VIEW;
    await callbacks.deliver(url, 'eff_1', { ...VIEW, params: { note: 'ü'.repeat(10_000) } });
    expect(Buffer.byteLength(receiver.received[0]?.body ?? '')).toBeLessThan(20_000);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      ...{ id, version, status, digest },
      is_reduced: true,
      link: `https://api.example.com/v1/requests/${id}`,
    });
  });

  it('is delivered once it is accepted, however long-winded the answer', async () => {
    const { callbacks, url } = await meet(response => void response.writeHead(200).end('x'.repeat(1_000_000)));
    await expect(callbacks.deliver(url, 'eff_1', VIEW)).resolves.toBeUndefined();
  });
});

describe('a callback that is not accepted', () => {
  it.each([
    [500, true],
    [502, true],
    [408, true],
    [429, true],
    [301, true],
    [304, true],
    [400, false],
    [404, false],
    [410, false],
  ])('HTTP %i may be tried again: %s', async (status, isTransient) => {
    const { failure } = await meet(response => void response.writeHead(status).end());
    const error = await failure();
    expect(error).toMatchObject({ code: status === 410 ? 'callback_gone' : 'callback_refused', isTransient });
    expect(String(error)).toContain(`HTTP ${status}`);
  });

  it.each([
    ['120', 120_000],
    [new Date(NOW + 60_300).toUTCString(), 60_300 - 1_000],
    ['999999999', 86_400_000],
    ['soon', undefined],
  ])('waits as long as the receiver says: %s', async (text, ms) => {
    const { failure } = await meet(response => void response.writeHead(429, { 'retry-after': text }).end());
    const error = await failure();
    if (ms === undefined) expect(error).toMatchObject({ retryAfterMs: undefined });
    else expect(Math.abs(error.retryAfterMs - ms)).toBeLessThan(1_001);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await startReceiver(accept);
    open.push(elsewhere);
    const location = `https://localhost:${elsewhere.port}/`;
    const { failure } = await meet(response => void response.writeHead(307, { location }).end());
    expect(await failure()).toMatchObject({ code: 'callback_refused' });
    expect(elsewhere.received).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['says nothing', () => undefined],
    ['hangs up', response => void response.destroy()],
  ])('because the receiver %s may be tried again', async (_what, answer) => {
    const { failure } = await meet(answer, { timeoutMs: 100 });
    expect(await failure()).toMatchObject({ code: 'callback_unreachable', isTransient: true });
  });

  it('never puts into the error what the receiver said or what the address carried', async () => {
    const { failure } = await meet(response => void response.writeHead(500, 'leak').end('leak'));
    expect(String(await failure())).not.toMatch(/leak|room=7/);
  });
});

describe('a callback does not leave for', () => {
  it('a host that is no longer allowed', async () => {
    const { failure, receiver } = await meet(accept);
    expect(await failure('https://elsewhere.example.com/')).toMatchObject({
      code: 'callback_not_allowed',
      isTransient: false,
    });
    expect(receiver.received).toEqual([]);
  });

  it('an allowed name that leads to a private address', async () => {
    const { failure, receiver } = await meet(accept, { allowLoopback: false });
    expect(await failure()).toMatchObject({ code: 'callback_unreachable' });
    expect(receiver.received).toEqual([]);
  });

  it('an allowed name of which one address is private, or that changes between look and call', async () => {
    const asked: string[] = [];
    const { failure, receiver } = await meet(accept, {
      allowLoopback: false,
      lookup: (name, options, answer) => {
        asked.push(name);
        const addresses = [
          { address: '93.184.215.14', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ];
        if (options.all === true) answer(null, addresses);
        else answer(null, '127.0.0.1', 4);
      },
    });
    expect(await failure(`https://hooks.example.com:${receiver.port}/`)).toMatchObject({
      code: 'callback_unreachable',
    });
    expect(asked).toEqual(['hooks.example.com']); // resolved once: what was checked is what would be called
    expect(receiver.received).toEqual([]);
  });

  it('a receiver with a certificate nobody vouches for', async () => {
    const { failure, receiver, callbacks } = await meet(accept);
    const strict = connectCallbacks({ hosts: [`localhost:${receiver.port}`], secret: SECRET, allowLoopback: true });
    open.push(strict);
    const url = `https://localhost:${receiver.port}/`;
    await expect(strict.deliver(url, 'eff_1', VIEW)).rejects.toMatchObject({ code: 'callback_unreachable' });
    expect(callbacks.isCallbackAllowed(url)).toBe(true);
    expect(await failure()).toBeUndefined();
  });
});

describe('the secret', () => {
  it.each(['', 'development', 'whsec_c2hvcnQ=', `whsec_${Buffer.alloc(65).toString('base64')}`, `${SECRET} x`])(
    'H3: "%s" stops the start and is not quoted',
    secret => {
      expect(() => connectCallbacks({ hosts: ['hooks.example.com'], secret })).toThrow(/^WEBHOOK_SECRET is not/);
    },
  );

  it('is not needed where no callback is allowed', async () => {
    const callbacks = connectCallbacks({ hosts: [] });
    open.push(callbacks);
    await expect(callbacks.deliver('https://hooks.example.com/', 'eff_1', VIEW)).rejects.toMatchObject({
      code: 'callback_not_allowed',
    });
  });
});
