// Reading over HTTP: whose a request is, the list in pages, and that no link decides anything.
import { describe, expect, it } from 'vitest';
import { body } from './in-process-ports.ts';
import { expectProblem, served } from './served.ts';

const api = served();
const { call, post } = api;

describe('reading', () => {
  it("answers a person 404 for a request that has nothing to do with them, and the requester's own to them", async () => {
    const { id } = (await post(body({ user: { id: 'bob' } }))).json;
    expect((await call(`/v1/requests/${id}`, { key: 'key-of-bob' })).json).toMatchObject({ id });
    expectProblem(await call(`/v1/requests/${id}`, { key: 'key-of-erin' }), 404, 'unknown_request');
    const revoking = { key: 'key-of-erin', method: 'POST' };
    expectProblem(await call(`/v1/requests/${id}/revoke`, revoking), 404, 'unknown_request');
    const listed = async (query: string, key: string) => (await call(`/v1/requests${query}`, { key })).json.items;
    expect(await listed('?status=pending', 'key-of-bob')).toMatchObject([{ id }]);
    expect(await listed('?status=pending', 'key-of-erin')).toEqual([]);
    for (const query of ['?awaiting=me', '']) expect(await listed(query, 'key-of-bob')).toEqual([]); // it waits for others
  });

  it('gives the grant to the service that asked, and to no person, whatever they have to do with it', async () => {
    Object.assign(api.ports, { grantOf: () => 'the.grant.itself' });
    const { id } = (await post(body({ user: { id: 'bob' } }))).json;
    api.ports.resolve(id, 'approved', 'policy');
    for (const path of [`/v1/requests/${id}`, `/v1/requests/${id}/wait?timeout=0s`]) {
      expect((await call(path)).json).toMatchObject({ id, grant: 'the.grant.itself' });
      expect((await call(path, { key: 'key-of-bob' })).json).toMatchObject({ id, status: 'approved' });
      expect((await call(path, { key: 'key-of-bob' })).text).not.toContain('the.grant.itself');
    }
    const listed = await call('/v1/requests?status=approved', { key: 'key-of-bob' });
    expect(listed.json.items).toMatchObject([{ id }]);
    expect(listed.text).not.toContain('the.grant.itself');
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
    api.ports.resolve(ids[0] ?? '', 'denied', 'policy');
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
      expect(answer.json.errors[0].message).not.toMatch(/^(Invalid|Too|Expected)/); // the schema library's words name no remedy
    },
  );

  it.each([
    ['awaiting=you', 'key-of-bob'],
    ['awaiting=me', 'key-of-deployer'],
    ['awaiting=me&status=denied', 'key-of-bob'],
    ['awaiting=me&review=open', 'key-of-bob'],
  ])('answers 400 to %s with the %s, and says how it is meant', async (query, key) => {
    const answer = await call(`/v1/requests?${query}`, { key });
    expectProblem(answer, 400, 'invalid');
    expect(answer.json.errors[0].pointer).toBe('?awaiting');
  });

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
