// Who may call: the key comes first, and is never written down.
import { describe, expect, it } from 'vitest';
import { body } from './in-process-ports.ts';
import { expectProblem, json, served } from './served.ts';

const api = served();
const { call, post } = api;

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
    api.ports.setDown(true);
    await post(body({ reason: 'canary-5bd1' }));
    expect(api.ports.lines.length).toBeGreaterThan(2);
    expect(api.ports.lines.join()).not.toMatch(/canary-5bd1|key-of-deployer/);
  });
});
