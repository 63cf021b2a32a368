// Random votes on random stages: a real OPA and a small model that shares nothing with it give the same answers.

import { mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDecision } from '../../src/domain/decision.ts';
import { startOpa } from '../support/services.ts';
import { POLICIES } from './opa.ts';
import { type Approver, type Asked, type ModelMark, type ModelVote, type Stage, tell } from './tally-model.ts';

const RUNS = 600;
const SLOW_MS = 300_000;

/** An action whose stages stand in the request, so that one server answers for all of them. */
const PROBE = `# Stages as the request says.
package approvals.actions.probe

import rego.v2

handles contains "probe"

permit contains "anyone"

need contains id if some id, _ in input.params.stages

stages := input.params.stages

approval := input.params.approval

exclude contains "chosen" if input.params.excluded

excluded.chosen := input.params.excluded
`;

const dir = mkdtempSync(join(tmpdir(), 'countersign-tally-'));
let server: Awaited<ReturnType<typeof startOpa>>;

beforeAll(async () => {
  const policies = join(dir, 'policies');
  await cp(POLICIES, policies, { recursive: true });
  await mkdir(join(policies, 'approvals/actions/probe'));
  await writeFile(join(policies, 'approvals/actions/probe/policy.rego'), PROBE);
  server = await startOpa({ policies: [policies] });
});

afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const PEOPLE: { readonly [user: string]: readonly string[] } = {
  alice: ['g1', 'g2'],
  bob: ['g1'],
  carol: ['g1', 'g2', 'g3', 'slack_usergroup:S1', 'slack_channel:C1'],
  dave: ['g2', 'slack_usergroup:S1'],
  erin: ['g3'],
  frank: ['slack_channel:C1'],
  'slack:T1:U9': ['g1', 'slack_usergroup:S1'],
};

const approver: fc.Arbitrary<Approver> = fc.constantFrom<Approver>(
  { type: 'group', id: 'g1' },
  { type: 'group', id: 'g2' },
  { type: 'group', id: 'g3' },
  { type: 'slack_usergroup', id: 'S1' },
  { type: 'slack_channel', id: 'C1' },
  { type: 'user', id: 'bob' },
  { type: 'user', id: 'slack:T1:U9' },
  { type: 'user', id: 'cli:dave' },
);

const stages: fc.Arbitrary<readonly Stage[]> = fc
  .array(
    fc.record({
      quorum: fc.integer({ min: 1, max: 3 }),
      order: fc.integer({ min: 1, max: 2 }),
      // A group among them: a stage of named people only, fewer than its quorum, is refused as unsound.
      approvers: fc.tuple(fc.constantFrom('g1', 'g2', 'g3'), fc.array(approver, { maxLength: 2 })),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(list =>
    list
      .map(({ quorum, order, approvers: [group, others] }, i) => ({
        // Together, one after the other, or some of both.
        ...{ id: `s${i}`, title: `Stage ${i}`, order: list.length === 3 && list[0]?.order === 2 ? i : order, quorum },
        approvers: [{ type: 'group' as const, id: group }, ...others],
      }))
      .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)),
  );

const often = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const mark = (over: Partial<ModelMark> = {}): ModelMark => ({
  ...{
    id: 'sta_1',
    granted_at: '2026-11-24T09:31:00Z',
    expires_at: '2026-11-24T10:30:00.001Z',
    used: 4,
    same_params: true,
  },
  ...over,
});

const vote: fc.Arbitrary<ModelVote> = fc
  .record({
    user: fc.constantFrom(...Object.keys(PEOPLE)),
    account: fc.constantFrom('slack:T1:', 'cli:'),
    kind: often('member', 'guest', 'bot', 'deleted', 'external', 'stranger'),
    vote: often<'approve' | 'deny'>('approve', 'deny'),
    at: often('2026-11-24T10:20:00Z', '2026-11-24T11:00:00Z', '2026-11-24T12:30:00+01:00', '2026-11-24T10:59:59.999Z'),
    surface: often('slack', 'cli', 'api', 'fax'),
    reason: fc.constantFrom('checked', '', undefined),
    standing: often<ModelVote['standing']>(
      undefined,
      ...[
        { duration: '30m', uses: 2 },
        { duration: '90m', uses: 2 },
        { duration: '30m', uses: 9 },
        mark(),
        mark(),
        mark({ used: 5 }),
        mark({ expires_at: '2026-11-24T10:30:00Z' }),
        mark({ granted_at: '2026-11-24T09:30:00Z' }),
        mark({ same_params: false }),
      ],
    ),
  })
  .map(({ user, account, kind, reason, standing, ...cast }) => ({
    by: { id: user.startsWith('slack:') ? user : `${account}${user}`, user, groups: PEOPLE[user] ?? [], kind },
    ...cast,
    ...(reason === undefined ? {} : { reason }),
    ...(standing === undefined || cast.vote === 'deny' ? {} : { standing }),
  }));

const question: fc.Arbitrary<Asked> = fc.record({
  stages,
  involved: fc.constantFrom(['alice'], ['alice', 'bot', 'bob'], ['cli:dave'], ['slack:T1:U9']),
  expiresAt: fc.constant('2026-11-24T11:00:00Z'),
  excluded: often<readonly string[]>([], ['bob'], ['cli:dave', 'carol']),
  escalation: often<Asked['escalation']>(
    undefined,
    ...[
      { at: '2026-11-24T10:15:00Z', approvers: [{ type: 'group', id: 'g3' } as const] },
      { at: '2026-11-24T10:25:00Z', approvers: [{ type: 'user', id: 'frank' } as const] },
    ],
  ),
  selfApproval: often(false, true),
  fillsAll: fc.boolean(),
  standing: often<Asked['standing']>(
    { minutes: 60, uses: 5, anyParams: false },
    ...[undefined, { minutes: 60, uses: 5, anyParams: true }],
  ),
  now: fc.constant('2026-11-24T10:30:00Z'),
  surfaces: often(['slack', 'cli', 'api'], ['cli'], ['slack']),
  reasonRequired: often<Asked['reasonRequired']>('on_deny', 'never', 'always'),
  votes: fc.array(vote, { maxLength: 9 }),
});

it(`stages, quorum, distinct people, self-approval and denial agree with the model`, { timeout: SLOW_MS }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(question, async asked => {
      const told = tell(asked);
      const decision = await ask(input(asked), asked.votes);
      const verdicts = decision.votes.map(({ counted, code }) => (counted ? 'yes' : (code ?? 'no code')));
      expect({ outcome: decision.outcome, verdicts }).toEqual({ outcome: told.outcome, verdicts: told.verdicts });
      if (decision.approval !== undefined) {
        expect(decision.approval.stages.map(({ have, open }) => ({ have, open }))).toEqual(
          told.have.map((have, i) => ({ have, open: told.open[i] })),
        );
      }
      for (const word of [told.outcome, ...told.verdicts]) seen.add(word);
    }),
    { numRuns: RUNS, seed: 20261124 },
  );
  // A property that never met a case says nothing about it.
  expect([...seen].sort()).toEqual(EVERYTHING);
});

const EVERYTHING = [
  ...[
    'allow',
    'already_voted',
    'deny',
    'excluded',
    'late',
    'not_a_member',
    'not_eligible',
    'reason_required',
    'require_approval',
  ],
  ...[
    'self_approval',
    'stage_full',
    'stage_not_open',
    'standing_not_allowed',
    'standing_other_params',
    'standing_over',
    'standing_too_long',
    'surface_not_allowed',
    'yes',
  ],
];

it('H6: removing any field of a question never turns its answer into allow', { timeout: SLOW_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(question, async asked => {
      if (tell(asked).outcome === 'allow') return;
      const whole = input(asked);
      const paths = removable(whole);
      const answers = await Promise.all(paths.map(path => outcome(without(whole, path))));
      expect(paths.filter((_, i) => answers[i] === 'allow')).toEqual([]);
    }),
    { numRuns: 12, seed: 20261124 },
  );
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function input(asked: Asked) {
  const [user = 'alice', actor, owner] = asked.involved;
  return {
    action: 'probe',
    user: { id: user },
    ...(actor === undefined ? {} : { actor: { type: 'ai_agent', id: actor, owner: owner ?? actor } }),
    resource: { type: 'thing', id: 't-1' },
    params: {
      stages: Object.fromEntries(asked.stages.map(({ id, ...stage }) => [id, stage])),
      approval: {
        self_approval: asked.selfApproval,
        surfaces: asked.surfaces,
        reason_required: asked.reasonRequired,
        expires_in: '1h',
        one_click_fills_all: asked.fillsAll,
        ...(asked.escalation === undefined ? {} : { escalate: { after: '5m', approvers: asked.escalation.approvers } }),
        ...(asked.standing === undefined
          ? {}
          : {
              standing: {
                max_duration: `${asked.standing.minutes}m`,
                max_uses: asked.standing.uses,
                any_params: asked.standing.anyParams,
              },
            }),
      },
      ...(asked.excluded.length === 0 ? {} : { excluded: asked.excluded }),
    },
    service: { id: 'deployer', auth: 'api_key' },
    request: {
      ...{ id: 'req_1', submitted_at: '2026-11-24T10:00:00Z', expires_at: asked.expiresAt },
      ...(asked.escalation === undefined ? {} : { escalated_at: asked.escalation.at }),
    },
    phase: 'vote',
    now: asked.now,
    votes: asked.votes,
  };
}

/**
 * Every member of what Countersign adds, and of the user. Not: the parameters, which are this probe's policy; a whole
 * vote or membership, which only Countersign takes away; the actor, without whom it is another request.
 */
function removable(whole: ReturnType<typeof input>): (readonly (string | number)[])[] {
  const votes = whole.votes.flatMap((_, i) => [
    ...[
      ['votes', i, 'by'],
      ['votes', i, 'vote'],
      ['votes', i, 'at'],
      ['votes', i, 'surface'],
      ['votes', i, 'reason'],
    ],
    ...['id', 'user', 'groups', 'kind'].map(key => ['votes', i, 'by', key]),
  ]);
  const actor =
    'actor' in whole
      ? [
          ['actor', 'id'],
          ['actor', 'type'],
          ['actor', 'owner'],
        ]
      : [];
  return [
    ...[['action'], ['user'], ['user', 'id'], ['resource'], ['service'], ['request'], ['request', 'expires_at']],
    ['request', 'escalated_at'],
    ...[['phase'], ['now'], ['votes'], ...actor, ...votes],
  ];
}

function without(value: unknown, [first, ...rest]: readonly (string | number)[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => (i === first ? without(item, rest) : item));
  const entries = Object.entries(value as { [key: string]: Json });
  const kept = rest.length === 0 ? entries.filter(([key]) => key !== first) : entries;
  return Object.fromEntries(kept.map(([key, item]) => [key, key === first ? without(item, rest) : item]));
}

async function ask(question: unknown, votes: readonly ModelVote[]) {
  const { result, status } = await post(question);
  expect(status).toBe(200);
  const parsed = parseDecision(result, votes);
  if (!parsed.ok) throw new Error(`${parsed.cause}: ${JSON.stringify(result)}`);
  return parsed.decision;
}

async function outcome(question: unknown): Promise<unknown> {
  const { result, status } = await post(question);
  expect(status).toBe(200);
  return (result as { outcome: unknown }).outcome;
}

async function post(question: unknown): Promise<{ status: number; result: unknown }> {
  const response = await fetch(`${server.url}/v1/data/approvals/main/decision?strict-builtin-errors=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: question }),
  });
  return { status: response.status, result: ((await response.json()) as { result?: unknown }).result };
}
