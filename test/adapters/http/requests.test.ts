// Asking and withdrawing over HTTP: every status, limit and refusal of the contract.
import { describe, expect, it } from 'vitest';
import { body } from './in-process-ports.ts';
import { expectProblem, json, MIB, served } from './served.ts';

const api = served();
const { call, post } = api;

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
    for (const { message } of answer.json.errors) expect(message).toMatch(/^is .+; .+\.$/); // what is wrong; what to do
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
    const answer = await call('/v1/requests', { method: 'POST', body: text, headers: json });
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.detail).toMatch(/^(One thing is|\d things are) wrong: (the|\/)/); // says of what it speaks
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
    api.ports.setDown(true);
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
    api.ports.setDown(false);
    expect((await post(body({ idempotency_key: 'k' }))).json.id).toBe(made.json.id);
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
