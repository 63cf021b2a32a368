// The SDK over HTTP, against the real API and the real memory, through a network that misbehaves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ActionRequest,
  connect,
  isApproved,
  Rejected,
  StillPending,
  Unintelligible,
  Unreachable,
} from '../../src/client/index.ts';
import type { Resolved } from '../../src/domain/lifecycle.ts';
import { aSubmission } from '../support/samples.ts';
import { namespace, redisUrl } from '../support/services.ts';
import { type Front, startFront } from './front.ts';
import { type Memory, openMemory, serveMemory } from './parts.ts';

const results: readonly Resolved[] = ['approved', 'denied', 'expired', 'cancelled', 'failed'];
const request: ActionRequest = aSubmission();

let memory: Memory;
let server: Awaited<ReturnType<typeof serveMemory>>;
let front: Front;
let apiKey: string;

beforeAll(async () => {
  memory = await openMemory(redisUrl(), namespace());
  server = await serveMemory(memory);
  apiKey = (await memory.keys.create('deployer')).secret;
});
afterAll(async () => {
  await server.stop();
  await memory.close();
});
beforeEach(async () => {
  front = await startFront(server.url);
});
afterEach(() => front.stop());

const client = (retryForMs = 10_000) => connect({ url: front.url, apiKey, retryForMs });
const stubView = (view: object) => JSON.stringify({ id: 'req_x', digest: 'sha256:00', status: 'pending', ...view });

describe('asking', () => {
  it.each(results)('tells %s as it is, and only approved is yes', async status => {
    const countersign = client();
    const { id, view, digest } = await countersign.submit(request);
    expect(view).toMatchObject({ id, status: 'pending', digest });
    const waited = countersign.wait(id);
    await memory.end(id, status);
    const answer = await waited;
    expect(answer.status).toBe(status);
    expect(isApproved(answer)).toBe(status === 'approved');
  });

  it('submits and waits in one go', async () => {
    const idempotency_key = crypto.randomUUID();
    const { id } = await client().submit({ ...request, idempotency_key });
    const asked = client().request({ ...request, idempotency_key });
    await memory.end(id, 'approved');
    expect(isApproved(await asked)).toBe(true);
  });

  it('makes a key before the first send, so that a lost answer does not make a second request', async () => {
    front.misbehave({ kind: 'hang_up_after' }, { kind: 'hang_up_before' }, { kind: 'hang_up_after' });
    const submitted = await client().submit(request);
    expect(front.bodies).toHaveLength(4);
    expect(new Set(front.bodies).size).toBe(1);
    expect(JSON.parse(front.bodies[0] ?? '').idempotency_key).toBe(submitted.idempotencyKey);
    const { items } = await client().list({ limit: 100 });
    expect(items.filter(({ id }) => id === submitted.id)).toHaveLength(1);
  });

  it.each([503, 502, 504, 429, 500])('sends again after %i, with the same key', async status => {
    front.misbehave({ kind: 'answer', status }, { kind: 'answer', status, body: '<html>' });
    await client().submit(request);
    expect(front.bodies).toHaveLength(3);
    expect(new Set(front.bodies).size).toBe(1);
  });

  it.each([
    [{ amount: 1n }, /"amount" is a BigInt.*Send it as a string/],
    [{ rows: [{ amount: Number.NaN }] }, /"amount" is NaN.*finite/],
    [{ to: Number.POSITIVE_INFINITY }, /"to" is Infinity/],
  ])('sends nothing that JSON cannot carry, such as %s', async (params, words) => {
    const before = front.bodies.length;
    const asked = client().submit({ ...request, params } as never);
    await expect(asked).rejects.toMatchObject({ code: 'not_json', message: expect.stringMatching(words) });
    expect(front.bodies).toHaveLength(before);
  });

  it('waits as long as Retry-After asks', async () => {
    front.misbehave({ kind: 'answer', status: 503, headers: { 'retry-after': '1' } });
    const began = performance.now();
    await client().submit(request);
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('asked to wait by 429, waits within its own time, and then says what there is to do', async () => {
    const detail =
      'Too many of its requests are pending (SERVICE_PENDING). Wait until some are decided, or cancel some.';
    const busy = {
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '1' },
      body: JSON.stringify({ type: 'urn:countersign:problem:over_budget', title: 'Too much', detail }),
    } as const;
    front.misbehave(busy);
    const began = performance.now();
    await client().submit(request);
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    front.misbehave(...Array(20).fill(busy));
    const error = await client(1_500)
      .submit(request)
      .catch(thrown => thrown);
    expect(error).toBeInstanceOf(Unreachable);
    expect(error).toMatchObject({ code: 'over_budget', remedy: detail });
  });

  it('never takes a broken connection for an answer', async () => {
    await front.stop();
    const error = await client(300)
      .submit(request)
      .catch(thrown => thrown);
    expect(error).toBeInstanceOf(Unreachable);
    expect(error).toMatchObject({ code: 'unreachable', remedy: expect.stringMatching(/\.$/) });
    expect(error.message).not.toMatch(/denied/i);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('does not repeat what was refused, and hands on every fault', async () => {
    const bad = { ...request, action: '', expires_in: 'soon' };
    const error = await client()
      .submit(bad)
      .catch(thrown => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({ code: 'invalid', status: 400 });
    expect(error.faults).toHaveLength(2);
    expect(front.bodies).toHaveLength(1);
    const conflict = { ...request, idempotency_key: crypto.randomUUID() };
    await client().submit(conflict);
    await expect(client().submit({ ...conflict, action: 'other' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(connect({ url: front.url, apiKey: 'nonsense' }).submit(request)).rejects.toMatchObject({
      code: 'unknown_key',
      status: 401,
    });
  });

  it('J4: changing the wording of an error changes nothing', async () => {
    const body = JSON.stringify({
      type: 'urn:countersign:problem:conflict',
      title: 'x',
      status: 409,
      detail: 'approved',
    });
    front.misbehave({ kind: 'answer', status: 409, body });
    await expect(client().submit(request)).rejects.toMatchObject({ name: 'Rejected', code: 'conflict' });
  });

  it('follows no redirect with its key', async () => {
    front.misbehave({ kind: 'answer', status: 307, headers: { location: 'http://127.0.0.1:1/' } });
    await expect(client().submit(request)).rejects.toMatchObject({ code: 'redirected' });
  });

  it('refuses a blank key and a nonsense address before anything is sent', () => {
    expect(() => connect({ url: front.url, apiKey: ' ' })).toThrow(/keys create/);
    expect(() => connect({ url: 'nowhere', apiKey })).toThrow(/COUNTERSIGN_URL/);
  });
});

describe('an answer that cannot be trusted is no answer', () => {
  it.each([
    ['an unknown status', stubView({ status: 'preapproved' })],
    ['no status', stubView({ status: undefined })],
    ['a page of HTML', '<html>approved</html>'],
    ['a bare true', 'true'],
    ['approval of another request', stubView({ id: `req_${'0'.repeat(26)}`, status: 'approved' })],
  ])('%s', async (_name, text) => {
    front.misbehave({ kind: 'answer', status: 200, body: text });
    await expect(client().wait('req_x')).rejects.toBeInstanceOf(Unintelligible);
  });

  it('F5: approval of something else than what was asked', async () => {
    front.misbehave({ kind: 'answer', status: 201, body: stubView({ status: 'approved' }) });
    await expect(client().request(request)).rejects.toBeInstanceOf(Unintelligible);
  });

  it('is approved by no other word', () => {
    for (const status of ['Approved', 'approved ', 'allow', 'true', '', 'pending'])
      expect(isApproved({ status })).toBe(false);
  });
});

describe('waiting', () => {
  it('throws StillPending with the id when time is up, and the request goes on', async () => {
    const { id } = await client().submit(request);
    const error = await client()
      .wait(id, { timeoutMs: 200 })
      .catch(thrown => thrown);
    expect(error).toBeInstanceOf(StillPending);
    expect(error).toMatchObject({ code: 'still_pending', id });
    await memory.end(id, 'approved');
    expect((await client().wait(id, { timeoutMs: 0 })).status).toBe('approved');
  });

  it('ends at the signal, at once', async () => {
    const { id } = await client().submit(request);
    const leaving = new AbortController();
    const waited = client().wait(id, { signal: leaving.signal });
    leaving.abort(new Error('the build was stopped'));
    await expect(waited).rejects.toMatchObject({ name: 'StillPending', id, cause: expect.anything() });
  });

  it('says which id does not exist instead of waiting for it', async () => {
    await expect(client().wait(`req_${'0'.repeat(26)}`)).rejects.toMatchObject({
      code: 'unknown_request',
      status: 404,
    });
  });

  it('comes back at a measured pace when polls end early', async () => {
    const { id } = await client().submit(request);
    const early = { kind: 'answer', status: 200, body: stubView({ id }) } as const;
    front.misbehave(...Array.from({ length: 50 }, () => early));
    const before = front.bodies.length;
    await expect(client().wait(id, { timeoutMs: 1_200 })).rejects.toBeInstanceOf(StillPending);
    expect(front.bodies.length - before).toBeLessThan(8);
  });

  it('goes on while the API is away', async () => {
    const { id } = await client().submit(request);
    front.misbehave({ kind: 'hang_up_before' }, { kind: 'answer', status: 503 }, { kind: 'answer', status: 500 });
    const waited = client().wait(id);
    await memory.end(id, 'denied');
    expect((await waited).status).toBe('denied');
  });

  it('D27: kill the API while 100 wait: all are told after they ask again', async () => {
    const space = namespace();
    const other = await openMemory(redisUrl(), space);
    const { secret } = await other.keys.create('deployer');
    const first = await startApi(space, 0);
    const countersign = connect({ url: first.url, apiKey: secret });
    const ids: string[] = [];
    for (let i = 0; i < 100; i++) ids.push((await countersign.submit(request)).id);
    const waiting = Promise.all(ids.map(id => countersign.wait(id)));
    await first.hasWaiters(100);
    await first.kill();
    // One half ends while nobody listens, the other after the restart.
    await Promise.all(ids.slice(0, 50).map(id => other.end(id, 'approved')));
    const second = await startApi(space, Number(new URL(first.url).port));
    await Promise.all(ids.slice(50).map(id => other.end(id, 'denied')));
    const told = await waiting;
    expect(told.map(({ status }) => status)).toEqual(ids.map((_id, i) => (i < 50 ? 'approved' : 'denied')));
    await second.kill();
    await other.close();
  }, 60_000);
});

describe('the rest', () => {
  it('reads and lists its own requests', async () => {
    const { id } = await client().submit(request);
    expect((await client().read(id)).id).toBe(id);
    const page = await client().list({ status: 'pending', limit: 1 });
    expect(page.items).toHaveLength(1);
    const next = await client().list({ status: 'pending', limit: 1, cursor: page.nextCursor ?? '' });
    expect(next.items[0]?.id).not.toBe(page.items[0]?.id);
    await expect(client().list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid', status: 400 });
  });

  it('cancels, also when the answer to the cancelling call was lost', async () => {
    const { id } = await client().submit(request);
    front.misbehave({ kind: 'hang_up_after' });
    expect((await client().cancel(id)).status).toBe('cancelled');
    const other = await client().submit(request);
    await memory.end(other.id, 'approved');
    await expect(client().cancel(other.id)).rejects.toMatchObject({ code: 'already_resolved', status: 409 });
  });
});

/** The API in a process of its own. */
async function startApi(space: string, port: number) {
  const script = join(import.meta.dirname, 'api-process.ts');
  const child = spawn(process.execPath, [script, redisUrl(), space, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    url: String(line).trim(),
    /** Resolves when that many lines say that a wait began. */
    async hasWaiters(count: number) {
      for await (const chunk of child.stdout) {
        const begun = /(\d+) waiting\n$/.exec(String(chunk))?.[1];
        if (Number(begun) >= count) return;
      }
    },
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
