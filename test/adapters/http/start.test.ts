// The HTTP API as a service meets it: every status, limit and refusal of the contract.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../../../src/adapters/http/start.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { body, type InProcess, inProcessPorts } from './in-process-ports.ts';

const MIB = 1_048_576;
let ports: InProcess;
let server: HttpServer;

beforeEach(async () => {
  ports = inProcessPorts();
  server = await startHttp(ports, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
});
afterEach(async () => {
  await server.stop();
});

type Init = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array; key?: string | null };

async function call(path: string, { key = 'key-of-deployer', headers = {}, ...init }: Init = {}) {
  const answer = await fetch(server.url + path, {
    ...(init as RequestInit),
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

const json = { 'content-type': 'application/json' };
const post = (value: unknown, init: Init = {}) =>
  call('/v1/requests', { method: 'POST', body: JSON.stringify(value), ...init, headers: { ...json, ...init.headers } });

function expectProblem(answer: Awaited<ReturnType<typeof call>>, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.json).toMatchObject({ status, type: `urn:countersign:problem:${code}`, title: expect.any(String) });
  expect(answer.json.detail).toMatch(/[.>]$/);
}

describe('POST /v1/requests', () => {
  it('answers 201 with the view and its address', async () => {
    const answer = await post(body({ reason: 'replaced' }));
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ status: 'pending', action: 'delete-resource', service: { id: 'deployer' } });
    expect(answer.json.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(answer.headers.get('location')).toBe(`/v1/requests/${answer.json.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('answers 200 with the same request when key and body are repeated, and 409 for another body', async () => {
    const first = await post(body({ idempotency_key: 'deploy-17' }));
    const again = await post(body({ idempotency_key: 'deploy-17' }));
    expect(again.status).toBe(200);
    expect(again.json.id).toBe(first.json.id);
    const other = await post(body({ idempotency_key: 'deploy-17', params: { force: true } }));
    expectProblem(other, 409, 'conflict');
    expect(other.json.detail).toContain(first.json.id);
  });

  it('scopes an idempotency key to its service', async () => {
    const first = await post(body({ idempotency_key: 'k' }));
    const other = await post(body({ idempotency_key: 'k' }), { key: 'key-of-other' });
    expect(other.status).toBe(201);
    expect(other.json.id).not.toBe(first.json.id);
  });

  it('takes the key as a header or as a member, and refuses two that differ', async () => {
    const member = await post(body({ idempotency_key: 'k1' }));
    const header = await post(body(), { headers: { 'idempotency-key': 'k1' } });
    expect(header.status).toBe(200);
    expect(header.json.id).toBe(member.json.id);
    const both = await post(body({ idempotency_key: 'k1' }), { headers: { 'idempotency-key': 'k1' } });
    expect(both.status).toBe(200);
    const torn = await post(body({ idempotency_key: 'k1' }), { headers: { 'idempotency-key': 'k2' } });
    expectProblem(torn, 400, 'invalid');
    expect(torn.json.errors[0].pointer).toBe('/idempotency_key');
    expectProblem(await post(body(), { headers: { 'idempotency-key': 'x'.repeat(256) } }), 400, 'invalid');
  });

  it('lists every fault of a body with its place', async () => {
    const answer = await post({
      action: '',
      user: {},
      resource: { type: 'bucket', id: 'b' },
      expires_in: 'soon',
      acton: 1,
    });
    expectProblem(answer, 400, 'invalid');
    const pointers = answer.json.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers.sort()).toEqual(['/action', '/acton', '/expires_in', '/user/id']);
  });

  it.each([
    ['what is not JSON', '{"action":'],
    ['an empty body', ''],
    ['a lone surrogate', '{"action":"a","user":{"id":"\\ud800"},"resource":{"type":"t","id":"i"}}'],
    [
      'a number that no double holds',
      '{"action":"a","user":{"id":"u"},"resource":{"type":"t","id":"i"},"params":{"n":9007199254740993}}',
    ],
    ['an array', '[]'],
    ['null', 'null'],
    [
      'a __proto__ member',
      '{"action":"a","user":{"id":"u","__proto__":{"role":"admin"}},"resource":{"type":"t","id":"i"}}',
    ],
  ])('refuses %s with 400', async (_name, text) => {
    expectProblem(await call('/v1/requests', { method: 'POST', body: text, headers: json }), 400, 'invalid');
  });

  it('refuses bytes that are not UTF-8 instead of repairing them', async () => {
    const bytes = Buffer.concat([Buffer.from('{"action":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const answer = await call('/v1/requests', { method: 'POST', body: bytes, headers: json });
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.detail).toContain('UTF-8');
  });

  it('carries control and bidirectional characters unchanged', async () => {
    const reason = 'a\u0000b\u202ec\u200b';
    const made = await post(body({ reason }));
    expect(made.json.reason).toBe(reason);
    expect((await call(`/v1/requests/${made.json.id}`)).json.reason).toBe(reason);
  });

  it('takes a body of 1 MiB and answers 413 to one byte more', async () => {
    const frame = JSON.stringify(body({ params: { filler: '' } })).length;
    const largest = JSON.stringify(body({ params: { filler: 'x'.repeat(MIB - frame) } }));
    expect(largest.length).toBe(MIB);
    expect((await call('/v1/requests', { method: 'POST', body: largest, headers: json })).status).toBe(201);
    expectProblem(await call('/v1/requests', { method: 'POST', body: `${largest} `, headers: json }), 413, 'too_large');
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/xml'],
    ['multipart/form-data; boundary=x'],
  ])('answers 415 to %s', async type => {
    const answer = await call('/v1/requests', { method: 'POST', body: '{}', headers: { 'content-type': type } });
    expectProblem(answer, 415, 'wrong_content_type');
  });

  it('refuses a callback to a host that nobody allowed, and says who can allow it', async () => {
    expect((await post(body({ callback: 'https://ci.example.com/done' }))).status).toBe(201);
    const answer = await post(body({ callback: 'https://evil.example.com/' }));
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.errors).toEqual([{ pointer: '/callback', message: expect.stringContaining('CALLBACK_HOSTS') }]);
    expectProblem(await post(body({ callback: 'http://ci.example.com/' })), 400, 'invalid');
  });

  it('A4: an API call cannot claim another actor, owner, service or vote', async () => {
    const claims = {
      service: { id: 'other' },
      votes: [{ by: { id: 'bob' }, vote: 'approve' }],
      status: 'approved',
      request: {},
    };
    const answer = await post(body(claims));
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.errors).toHaveLength(4);
    const owned = await post(body({ actor: { type: 'ai_agent', id: 'release-bot', owner: 'mallory' } }));
    expect(owned.json.errors[0].pointer).toBe('/actor/owner');
    expect((await post(body())).json.service).toEqual({ id: 'deployer', auth: 'api_key' });
  });

  it('F5: a caller-supplied approval is ignored: only what is stored says approved', async () => {
    const made = await post(body({ context: { status: 'approved', approved: true, resolved_by: 'people' } }));
    expect(made.json.status).toBe('pending');
    expect((await call(`/v1/requests/${made.json.id}`, { headers: { 'x-status': 'approved' } })).json.status).toBe(
      'pending',
    );
  });

  it('answers 503 with Retry-After while the store is down, and never 2xx', async () => {
    const made = await post(body({ idempotency_key: 'k' }));
    ports.setDown(true);
    const paths = [`/v1/requests/${made.json.id}`, `/v1/requests/${made.json.id}/wait?timeout=1s`, '/v1/requests'];
    const answers = await Promise.all([
      post(body()),
      ...paths.map(path => call(path)),
      call(`/v1/requests/${made.json.id}/cancel`, { method: 'POST' }),
    ]);
    for (const answer of answers) {
      expectProblem(answer, 503, 'unavailable');
      expect(answer.headers.get('retry-after')).toBe('3');
    }
    ports.setDown(false);
    expect((await post(body({ idempotency_key: 'k' }))).json.id).toBe(made.json.id);
  });
});

describe('a key', () => {
  it.each([
    ['none', null, {}, 'no_key'],
    ['a basic one', null, { authorization: 'Basic a2V5OmtleQ==' }, 'no_key'],
    ['a blank one', null, { authorization: 'Bearer ' }, 'no_key'],
    ['an unknown one', 'key-of-nobody', {}, 'unknown_key'],
  ])('is required: %s is 401', async (_name, key, headers, code) => {
    for (const path of ['/v1/requests', '/v1/requests/req_00000000000000000000000000/wait']) {
      const answer = await call(path, { key, headers: headers as Record<string, string> });
      expectProblem(answer, 401, code);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="countersign"/);
    }
  });

  it('of a person is refused where only services call, and of one whom the directory does not know everywhere', async () => {
    expectProblem(await post(body(), { key: 'key-of-bob' }), 403, 'not_for_people');
    expectProblem(await post(body(), { key: 'key-of-stranger' }), 403, 'unknown_person');
  });

  it('is looked at before the body: a stranger cannot make us read one', async () => {
    expectProblem(await call('/v1/requests', { method: 'POST', key: null, body: 'x', headers: json }), 401, 'no_key');
  });

  it('is in no log line, and neither is a body', async () => {
    await post(body({ reason: 'canary-5bd1' }));
    await call('/v1/requests?status=canary-5bd1', { key: 'canary-5bd1' });
    ports.setDown(true);
    await post(body({ reason: 'canary-5bd1' }));
    expect(ports.lines.length).toBeGreaterThan(2);
    expect(ports.lines.join()).not.toMatch(/canary-5bd1|key-of-deployer/);
  });
});

describe('an answer of a person', () => {
  const DIGEST = `sha256:${'a'.repeat(64)}`;
  const send = (path: string, value: unknown, key = 'key-of-bob') =>
    call(path, { method: 'POST', key, headers: json, body: JSON.stringify(value) });

  it.each([
    ['no vote', {}, '/vote'],
    ['another word', { vote: 'maybe', digest: DIGEST }, '/vote'],
    ['an approval of nothing in particular', { vote: 'approve' }, '/digest'],
    ['a digest that is none', { vote: 'approve', digest: 'sha256:AA' }, '/digest'],
    ['a surface that is not theirs to name', { vote: 'deny', surface: 'slack' }, '/surface'],
    [
      'a standing approval without end',
      { vote: 'approve', digest: DIGEST, standing: { uses: 1 } },
      '/standing/duration',
    ],
    ['somebody else in the body', { vote: 'deny', by: 'carol' }, '/by'],
    ['a reason without end', { vote: 'deny', reason: 'x'.repeat(4_001) }, '/reason'],
  ])('is refused with %s', async (_name, value, pointer) => {
    const answer = await send('/v1/requests/req_00000000000000000000000000/votes', value);
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.errors[0].pointer).toBe(pointer);
  });

  it('is 404 for what does not exist, and 409 with the sentence of the refusal where it does not count', async () => {
    const vote = { vote: 'approve', digest: DIGEST };
    for (const id of ['x', 'req_00000000000000000000000000']) {
      expectProblem(await send(`/v1/requests/${id}/votes`, vote), 404, 'unknown_request');
      expectProblem(await send(`/v1/requests/${id}/review`, { note: 'fine' }), 404, 'unknown_request');
    }
    const { id } = (await post(body())).json;
    const answer = await send(`/v1/requests/${id}/votes`, vote);
    expectProblem(answer, 409, 'not_asked');
    expect(answer.json.detail).toContain('Policy asks nobody');
    expectProblem(await send(`/v1/requests/${id}/review`, { note: 'fine' }), 409, 'no_review');
    expectProblem(await send(`/v1/requests/${id}/review`, { note: ' ' }), 400, 'invalid');
  });

  it('is not for a service, and 503 while the memory is away', async () => {
    const { id } = (await post(body())).json;
    const vote = { vote: 'approve', digest: DIGEST };
    expectProblem(await send(`/v1/requests/${id}/votes`, vote, 'key-of-deployer'), 403, 'not_for_services');
    ports.setDown(true);
    expectProblem(await send(`/v1/requests/${id}/votes`, vote), 503, 'unavailable');
  });
});

describe('reading', () => {
  it("answers a person 404 for a request that has nothing to do with them, and the requester's own to them", async () => {
    const { id } = (await post(body({ user: { id: 'bob' } }))).json;
    expect((await call(`/v1/requests/${id}`, { key: 'key-of-bob' })).json).toMatchObject({ id });
    expectProblem(await call(`/v1/requests/${id}`, { key: 'key-of-erin' }), 404, 'unknown_request');
    expect((await call('/v1/requests?status=pending', { key: 'key-of-bob' })).json.items).toEqual([]);
  });

  it("answers 404 for another service's request, exactly as for one that does not exist", async () => {
    const { json: made } = await post(body());
    const nobody = `req_${'0'.repeat(26)}`;
    for (const id of [made.id, nobody, 'nonsense', '..%2f..%2fetc', 'x'.repeat(500)]) {
      const key = 'key-of-other';
      expect((await call(`/v1/requests/${id}`, { key })).status).toBe(404);
      expect((await call(`/v1/requests/${id}/wait?timeout=10s`, { key })).status).toBe(404);
      expect((await call(`/v1/requests/${id}/cancel`, { key, method: 'POST' })).status).toBe(404);
    }
    const [theirs, none] = await Promise.all(
      [made.id, nobody].map(id => call(`/v1/requests/${id}`, { key: 'key-of-other' })),
    );
    expect(theirs?.text).toBe(none?.text);
    expect((await call('/v1/requests', { key: 'key-of-other' })).json).toEqual({ items: [] });
  });

  it('lists by status in pages', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await post(body({ idempotency_key: `k${i}` }))).json.id);
    ports.resolve(ids[0] ?? '', 'denied', 'policy');
    const first = await call('/v1/requests?status=pending&limit=3');
    expect(first.json.items.map((item: { id: string }) => item.id)).toEqual(ids.slice(1, 4));
    const second = await call(`/v1/requests?status=pending&limit=3&cursor=${first.json.next_cursor}`);
    expect(second.json.items).toHaveLength(1);
    expect(second.json).not.toHaveProperty('next_cursor');
  });

  it.each([['status=open'], ['limit=0'], ['limit=101'], ['limit=ten'], ['cursor='], ['state=pending']])(
    'answers 400 to the query %s and names the parameter',
    async query => {
      const answer = await call(`/v1/requests?${query}`);
      expectProblem(answer, 400, 'invalid');
      expect(answer.json.errors[0].pointer).toBe(`?${query.split('=')[0]}`);
    },
  );

  it('E12: fetching a link decides nothing, whatever the link', async () => {
    const { json: made } = await post(body());
    for (const path of [
      '',
      '/wait?timeout=0s',
      '/cancel',
      '/approve',
      '/deny',
      '/approve?token=x',
      '/vote?vote=approve',
    ]) {
      for (const method of ['GET', 'HEAD']) await call(`/v1/requests/${made.id}${path}`, { method });
    }
    expect((await call(`/v1/requests/${made.id}`)).json).toEqual(made);
  });
});

describe('GET /v1/requests/{id}/wait', () => {
  it('answers as soon as the request is resolved', async () => {
    const { json: made } = await post(body());
    const began = once(ports.waiting, 'began');
    const waited = call(`/v1/requests/${made.id}/wait?timeout=30s`);
    await began;
    ports.resolve(made.id, 'approved', 'people');
    expect((await waited).json).toMatchObject({ status: 'approved', resolved_by: 'people' });
  });

  it('answers at once when the request is resolved already', async () => {
    const { json: made } = await post(body());
    ports.resolve(made.id, 'denied', 'people', 'not today');
    const waited = await call(`/v1/requests/${made.id}/wait`);
    expect(waited.json).toMatchObject({ status: 'denied', resolution_reason: 'not today' });
  });

  it('answers 200 and pending after the timeout', async () => {
    const { json: made } = await post(body());
    const waited = await call(`/v1/requests/${made.id}/wait?timeout=50ms`);
    expect(waited.status).toBe(200);
    expect(waited.json.status).toBe('pending');
    expect(waited.headers.get('cache-control')).toBe('no-store');
  });

  it('G1: an unanswered request ends expired by the clock, never denied, and names nobody', async () => {
    const { json: made } = await post(body());
    ports.resolve(made.id, 'expired', 'clock', 'Nobody decided before the deadline.');
    const waited = await call(`/v1/requests/${made.id}/wait`);
    expect(waited.json).toMatchObject({ status: 'expired', resolved_by: 'clock', votes: [] });
  });

  it('cuts a wish for more than 55 seconds, and refuses what is no duration', async () => {
    const asked: number[] = [];
    const curious = inProcessPorts({
      wait: async (id, _isEnough, timeoutMs) => {
        asked.push(timeoutMs);
        return curious.read(id);
      },
    });
    const other = await startHttp(curious, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
    const headers = { authorization: 'Bearer key-of-deployer', ...json };
    const made = await (
      await fetch(`${other.url}/v1/requests`, { method: 'POST', headers, body: JSON.stringify(body()) })
    ).json();
    const { id } = made as { id: string };
    for (const timeout of ['5m', '20s'])
      await fetch(`${other.url}/v1/requests/${id}/wait?timeout=${timeout}`, { headers });
    await fetch(`${other.url}/v1/requests/${id}/wait`, { headers });
    await other.stop();
    expect(asked).toEqual([55_000, 20_000, 30_000]);
    expectProblem(await call(`/v1/requests/${id}/wait?timeout=soon`), 400, 'invalid');
  });

  it('stops waiting when the client goes away', async () => {
    const { json: made } = await post(body());
    const began = once(ports.waiting, 'began');
    const ended = once(ports.waiting, 'ended');
    const leaving = new AbortController();
    const waited = fetch(`${server.url}/v1/requests/${made.id}/wait?timeout=50s`, {
      signal: leaving.signal,
      headers: { authorization: 'Bearer key-of-deployer' },
    });
    await began;
    leaving.abort();
    await expect(waited).rejects.toThrow();
    expect(await ended).toEqual([made.id]);
  });

  it('is answered with the view as it stands when the server stops, and the server stops at once', async () => {
    const { json: made } = await post(body());
    const began = once(ports.waiting, 'began');
    const waited = call(`/v1/requests/${made.id}/wait?timeout=50s`);
    await began;
    const stopped = server.stop();
    expect((await waited).json.status).toBe('pending');
    await stopped;
  });
});

describe('POST /v1/requests/{id}/cancel', () => {
  it('cancels a pending request, and answers 409 once it is resolved', async () => {
    const { json: made } = await post(body());
    const cancelled = await call(`/v1/requests/${made.id}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    expect(cancelled.json).toMatchObject({ status: 'cancelled', resolved_by: 'requester' });
    expectProblem(await call(`/v1/requests/${made.id}/cancel`, { method: 'POST' }), 409, 'already_resolved');
  });

  it('needs no body, and bears an empty one', async () => {
    const { json: made } = await post(body());
    expect((await call(`/v1/requests/${made.id}/cancel`, { method: 'POST', headers: json })).status).toBe(200);
  });
});

describe('the rest of the surface', () => {
  it('lives, is ready, and says what is missing when it is not', async () => {
    expect(await call('/healthz', { key: null })).toMatchObject({ status: 200, text: 'ok\n' });
    expect((await call('/readyz', { key: null })).status).toBe(200);
    ports.setDown(true);
    const missing = await call('/readyz', { key: null });
    expect(missing.status).toBe(503);
    expect(missing.json).toEqual({ ready: false, checks: [{ name: 'redis', ok: false, detail: expect.any(String) }] });
    expect((await call('/healthz', { key: null })).status).toBe(200);
  });

  it('hands out metrics', async () => {
    const answer = await call('/metrics', { key: null });
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(answer.text).toBe('up 1\n');
  });

  it('answers 404 to unknown addresses and 405 to other methods, as problems', async () => {
    expectProblem(await call('/nowhere'), 404, 'unknown_route');
    expectProblem(await call('/'), 404, 'unknown_route');
    const put = await call('/v1/requests', {
      method: 'PUT',
      body: '<x/>',
      headers: { 'content-type': 'application/xml' },
    });
    expectProblem(put, 405, 'wrong_method');
    expect(put.headers.get('allow')).toBe('POST, GET');
    const { json: made } = await post(body());
    expectProblem(await call(`/v1/requests/${made.id}`, { method: 'DELETE' }), 405, 'wrong_method');
    expectProblem(await call(`/v1/requests/${made.id}/cancel`), 405, 'wrong_method');
    expectProblem(await call('/v1/requests/%zz'), 400, 'bad_request');
  });

  it('answers 500 with a reference, and tells the client nothing else of the cause', async () => {
    const failing = inProcessPorts({
      list: async () => {
        throw Object.assign(new Error('WRONGTYPE'), { command: { args: ['canary-77'] } });
      },
      read: async () => {
        throw new Failure('store_corrupt', 'The record cannot be read. Restore it.', { isTransient: false });
      },
    });
    const other = await startHttp(failing, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
    const headers = { authorization: 'Bearer key-of-deployer' };
    for (const path of ['', `/req_${'0'.repeat(26)}`]) {
      const answer = await fetch(`${other.url}/v1/requests${path}`, { headers });
      expect(answer.status).toBe(500);
      const text = await answer.text();
      expect(text).toContain('urn:countersign:problem:internal');
      expect(text).not.toMatch(/WRONGTYPE|store_corrupt|canary/);
    }
    await other.stop();
    expect(failing.lines.join()).toMatch(/store_corrupt/);
    expect(failing.lines.join()).not.toMatch(/canary-77/);
  });

  it('keeps an idle connection longer than a balancer does', async () => {
    const answer = await call('/healthz');
    expect(answer.headers.get('keep-alive')).toBe('timeout=65');
  });

  it('is not held up by a connection that never asks', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(
      socket.on('error', () => {}),
      'close',
    );
    await server.stop();
    await closed;
  });

  it('closes idle connections when it stops', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await server.stop();
    await closed;
  });

  it('says how to free a port that is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startHttp(ports, { host: '127.0.0.1', port, bodyLimit: MIB })).rejects.toMatchObject({
      code: 'api_cannot_listen',
      message: expect.stringContaining('API_PORT'),
    });
  });
});
