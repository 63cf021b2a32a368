// Answers of people over HTTP: what is refused, and how that is told.
import { describe, expect, it } from 'vitest';
import { body } from './in-process-ports.ts';
import { expectProblem, json, served } from './served.ts';

const api = served();
const { call, post } = api;

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
    expect(answer.json.detail).toContain('No one has been asked about this request');
    expectProblem(await send(`/v1/requests/${id}/review`, { note: 'fine' }), 409, 'no_review');
    expectProblem(await send(`/v1/requests/${id}/review`, { note: ' ' }), 400, 'invalid');
  });

  it('is not for a service, and 503 while the memory is away', async () => {
    const { id } = (await post(body())).json;
    const vote = { vote: 'approve', digest: DIGEST };
    expectProblem(await send(`/v1/requests/${id}/votes`, vote, 'key-of-deployer'), 403, 'not_for_services');
    api.ports.setDown(true);
    expectProblem(await send(`/v1/requests/${id}/votes`, vote), 503, 'unavailable');
  });
});
