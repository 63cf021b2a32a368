// Many questions in one call of a real OPA: the same answers as one by one, or none.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOpa, type OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { connectTogether, TOGETHER_ROOT, type Together, togetherRule } from '../../../src/adapters/opa/together.ts';
import type { PolicyAnswer } from '../../../src/flow/ports.ts';
import type { OpaService } from '../../../src/local/setup/services.ts';
import { findFreePort, startOpa } from '../../support/services.ts';
import { type Folder, httpAnswer, policyFolder, question, SECRET, scriptedServer, vote } from './world.ts';

const DECISION = 'approvals/main/decision';
const TIMEOUT_MS = 20_000; // a test machine may be busy with other tests

const POLICY = `package approvals.main

import rego.v1

decision := {"contract": 1, "outcome": "allow", "votes": verdicts} if input.params.kind == "allow"
decision := {"contract": 1, "outcome": "deny", "reasons": [{"code": sprintf("votes_%d", [count(input.votes)])}], "votes": verdicts} if input.params.kind == "deny"
decision := {"contract": 1, "outcome": "allow"} if input.params.kind == "forgets the votes"
decision := "nonsense" if input.params.kind == "nonsense"
decision := {"contract": 1, "outcome": "deny", "votes": [], "at": time.parse_rfc3339_ns(input.params.secret)} if input.params.kind == "error"
decision := {"contract": 1, "outcome": "deny", "votes": []} if input.params.kind == "conflict"
decision := {"contract": 1, "outcome": "allow", "votes": []} if input.params.kind == "conflict"
decision := {"contract": 1, "outcome": "deny", "votes": [], "more": concat("", [input.params.secret | some _ in numbers.range(1, 20000)])} if input.params.kind == "long"

verdicts := [{"by": vote.by.id, "counted": true} | some vote in input.votes]
`;

let folder: Folder;
let opa: OpaService;
let alone: OpaPolicy;
let together: Together;

beforeAll(async () => {
  folder = policyFolder({
    'policies/main.rego': POLICY,
    'policies/.manifest': '{"roots": ["approvals"], "revision": "r-1"}',
    [`rule/${TOGETHER_ROOT}.rego`]: togetherRule(DECISION),
    'rule/.manifest': JSON.stringify({ roots: [TOGETHER_ROOT] }),
  });
  opa = await startOpa({ policies: [`${folder.dir}/policies`, `${folder.dir}/rule`] });
  const address = { url: opa.url, decisionPath: DECISION, timeoutMs: TIMEOUT_MS };
  alone = connectOpa(address);
  together = connectTogether(address);
});
afterAll(async () => {
  await alone?.close();
  await together?.close();
  await opa?.stop();
  folder?.remove();
});

const ask = (kind: string, voters: readonly string[] = []) => question(voters.map(vote), { kind });
const untimed = (answer: PolicyAnswer) => {
  if (answer.kind === 'broken') return answer;
  const { tookMs: _, ...rest } = answer;
  return rest;
};

it('answers in the order of the questions, each as if it were asked alone', async () => {
  const asked = [
    ask('allow'),
    ask('deny', ['U1', 'U2']),
    ask('nobody speaks of this'),
    ask('nonsense'),
    ask('forgets the votes', ['U1']),
    ask('allow', ['U3']),
    ask('deny'),
  ];
  const one = await Promise.all(asked.map(input => alone.ask(input)));
  expect(one.map(answer => (answer.kind === 'broken' ? answer.code : answer.decision.outcome))).toEqual([
    'allow',
    'deny',
    'pdp_undefined',
    'pdp_contract_violation',
    'pdp_contract_violation',
    'allow',
    'deny',
  ]);
  expect(await together.askAll(asked)).toEqual(one.map(untimed));
});

describe('leaves to be asked alone', () => {
  it.each(['error', 'conflict'])('all where one is an %s', async kind => {
    const asked = [ask('allow'), ask(kind), ask('deny')];
    expect(await together.askAll(asked)).toBeUndefined();
    const answers = await Promise.all(asked.map(input => alone.ask(input)));
    expect(answers.map(answer => (answer.kind === 'broken' ? answer.code : answer.decision.outcome))).toEqual([
      'allow',
      'pdp_eval_error',
      'deny',
    ]);
    expect(JSON.stringify(answers)).not.toContain(SECRET);
  });

  it('what is too large to be asked or answered in one call', async () => {
    const large = question([], { kind: 'allow', text: 'x'.repeat(600_000) });
    expect(await together.askAll([large, large])).toBeUndefined();
    expect(await together.askAll([ask('long'), ask('allow')])).toBeUndefined();
  });

  it.each([
    ['of fewer answers than questions', { result: [{ result: true }] }],
    ['of more', { result: [{ result: true }, { result: true }, { result: true }] }],
    ['of something that is no answer', { result: [{ result: true }, null] }],
    ['with a warning', { result: [{ result: true }, { result: true }], warning: { code: 'api_usage_warning' } }],
    ['without a result', {}],
  ])('everything, after an answer %s', async (_which, body) => {
    const server = await scriptedServer(socket => socket.write(httpAnswer(JSON.stringify(body))));
    const odd = connectTogether({ url: server.url, decisionPath: DECISION, timeoutMs: TIMEOUT_MS });
    expect(await odd.askAll([ask('allow'), ask('deny')])).toBeUndefined();
    await odd.close();
    await server.close();
  });

  it('everything, where nobody answers or the rule is not there', async () => {
    const nowhere = connectTogether({
      url: `http://127.0.0.1:${await findFreePort()}`,
      decisionPath: DECISION,
      timeoutMs: TIMEOUT_MS,
    });
    expect(await nowhere.askAll([ask('allow')])).toBeUndefined();
    await nowhere.close();
    const plain = await startOpa({ policies: [`${folder.dir}/policies`] });
    const ruleless = connectTogether({ url: plain.url, decisionPath: DECISION, timeoutMs: TIMEOUT_MS });
    expect(await ruleless.askAll([ask('allow')])).toBeUndefined();
    await ruleless.close();
    await plain.stop();
  });
});

it('takes nothing for a path that is not a decision path', () => {
  expect(() => togetherRule('approvals"]; x')).toThrow('OPA_DECISION_PATH is not the path of a rule');
});
