// What is read of OPA's decision log: whose decision it was and what came of it; never what was asked.
import { describe, expect, it } from 'vitest';
import { readDecisionLog } from '../../../src/adapters/opa/decision-log.ts';
import { SECRET } from './world.ts';

const request = `req_${'a'.repeat(26)}`;
const event = {
  decision_id: 'd-1',
  path: 'approvals/main/decision',
  timestamp: '2026-11-24T11:58:32.585144784Z',
  bundles: { approvals: { revision: 'r-1' }, people: { revision: '' } },
  input: { request: { id: request }, phase: 'vote', params: { secret: SECRET } },
  result: { contract: 1, outcome: 'allow', reasons: [{ message: SECRET }] },
  metrics: { timer_server_handler_ns: 1_448_102 },
};
const read = (value: unknown) => readDecisionLog([value]);

it('keeps what identifies a decision, and nothing of the question', () => {
  const kept = { decision_id: 'd-1', path: 'approvals/main/decision', at: '2026-11-24T11:58:32.585Z' };
  expect(read(event)).toEqual([
    { request, decision: { ...kept, phase: 'vote', outcome: 'allow', revision: 'r-1', took_ms: 1.45 } },
  ]);
});

it.each<[string, object, object]>([
  ['a boolean', { result: false }, { outcome: 'deny' }],
  [
    'an error, by its class: its words quote the input',
    { result: undefined, error: { code: 'eval_cancel_error', message: SECRET } },
    { error: 'eval_cancel_error' },
  ],
  ['an outcome that is none, for a policy may say anything there', { result: { outcome: SECRET } }, {}],
  ['an error whose code is no word', { result: undefined, error: { code: `bad ${SECRET}` } }, { error: 'error' }],
  ['an error of an unknown form', { result: undefined, error: SECRET }, { error: 'error' }],
])('reads %s', (_what, more, decision) => {
  expect(read({ ...event, ...more })).toMatchObject([{ decision }]);
  expect(JSON.stringify(read({ ...event, ...more }))).not.toContain(SECRET);
});

describe('leaves out', () => {
  it.each<[string, unknown]>([
    ['what is no event', 7],
    ['an event without an id', { ...event, decision_id: undefined }],
    ['a question that was not ours', { ...event, input: { action: 'x' } }],
    ['the health check’s own question', { ...event, input: { request: { id: 'canary' } } }],
    ['an id that no request has', { ...event, input: { request: { id: `{x}:${request}` } } }],
    ['endless text', { ...event, decision_id: 'x'.repeat(1_000) }],
  ])('%s', (_what, value) => {
    expect(read(value)).toEqual([]);
  });
});

it.each([[{}], [null], ['[]']])('%j is no log', value => {
  expect(readDecisionLog(value)).toBeUndefined();
});
