// The short way to an allow and the long one give the same answer, whatever is asked and whatever packages say: a real OPA, generated.
import { mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOpa } from '../support/services.ts';
import { POLICIES } from './opa.ts';

const QUESTIONS = 1_500;
const SLOW_MS = 120_000;

const KINDS = ['permit', 'deny', 'need', 'exclude', 'waive', 'emergency', 'obligations', 'no_emergency'] as const;

/** A package that says of each kind what stands in the request: codes, or a boolean as of `deny if …`. */
const spoken = (name: string, from: string) => `package approvals.${name}

import rego.v2

${KINDS.map(
  kind => `${kind} := {code | some code in ${from}.${kind}} if is_array(${from}.${kind})

${kind} := ${from}.${kind} if is_boolean(${from}.${kind})
`,
).join('\n')}
grant := ${from}.grant

messages := ${from}.messages

excluded := ${from}.excluded

stages.owners := {"title": "Owners", "quorum": 1, "approvers": [{"type": "group", "id": "owners"}]}
`;

/** Both answers to each question, in one query. */
const QUERY = `answers := [{"given": given, "long": long} |
  some asked in input.questions
  given := data.approvals.main.decision with input as asked
  long := data.approvals.main.considered with input as asked
]`;

const dir = mkdtempSync(join(tmpdir(), 'countersign-short-way-'));
let server: Awaited<ReturnType<typeof startOpa>>;

beforeAll(async () => {
  const policies = join(dir, 'policies');
  await cp(POLICIES, policies, { recursive: true });
  for (const [name, from, more] of [
    ['actions/probe', 'input.params.action', 'handles contains "probe"\n\nhandles contains "probe.by-another-name"\n'],
    ['guardrails/probe', 'input.params.guardrail', ''],
  ] as const) {
    await mkdir(join(policies, 'approvals', name));
    const text = `${spoken(name.replace('/', '.'), from)}\n${more}`;
    await writeFile(join(policies, 'approvals', name, 'policy.rego'), text);
  }
  await writeFile(join(policies, 'approvals/calendar/data.yaml'), 'freezes: []\nhours: []\n');
  server = await startOpa({ policies: [policies] });
});

afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Mostly as usual: a question in which everything is odd takes the long way at the first oddity. */
const rarely = <T>(odd: fc.Arbitrary<T>, weight = 8) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: odd });
const codes = fc.subarray(['owners', 'one', 'two']);
const kind = rarely(fc.oneof(codes, fc.boolean()));

const said = fc.record({
  permit: fc.oneof(
    { weight: 8, arbitrary: fc.subarray(['one', 'two'], { minLength: 1 }) },
    { weight: 1, arbitrary: fc.oneof(codes, fc.boolean(), fc.constant(undefined)) },
  ),
  ...{ deny: kind, need: kind, exclude: kind, waive: kind, emergency: kind, no_emergency: kind },
  obligations: rarely(
    fc.constantFrom<unknown>([], [{ type: 'notify', channel: 'security' }], [{ type: 'later' }], [7], true, false),
  ),
  grant: rarely(fc.constantFrom<unknown>({ ttl: '1m' }, { ttl: 'soon' }, {}, null, false, 7)),
  messages: fc.oneof(
    { weight: 8, arbitrary: fc.constant({ owners: 'Owners', one: 'One', two: 'Two' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>({ one: 'One' }, { one: 7, two: null }, { one: '' }, null, undefined),
    },
  ),
  excluded: rarely(fc.constantFrom<unknown>({ one: 'bob' }, {}, 'bob')),
});

const question = fc.record({
  action: fc.oneof(
    { weight: 6, arbitrary: fc.constant('probe') },
    {
      weight: 4,
      arbitrary: fc.constantFrom<unknown>(
        ...['delete-resource', 'deploy', 'refund', 'export-data', 'run-migration', 'open-production-shell'],
        ...['probe.by-another-name', 'unheard-of', null, undefined],
      ),
    },
  ),
  user: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom({ id: 'alice', role: 'admin' }, { id: 'erin', role: 'support' }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>({ id: '' }, { id: 7 }, {}, null, undefined) },
  ),
  actor: rarely(
    fc.constantFrom<unknown>(
      ...[
        { type: 'ai_agent', id: 'bot', owner: 'alice' },
        { type: 'ai_agent', id: 'bot' },
        { type: 'user', id: 'bob' },
      ],
      ...[{ type: 'service' }, { id: '' }, 'bot', null, false],
    ),
    4,
  ),
  resource: fc.record({
    type: fc.constant('thing'),
    id: fc.constant('t-1'),
    environment: fc.constantFrom<unknown>('dev', 'staging', 'prod', undefined),
    state: fc.constantFrom<unknown>('active', 'deleted'),
    contains_pii: fc.constantFrom<unknown>(false, true, undefined),
  }),
  params: fc.record({
    action: said,
    guardrail: rarely(said, 3),
    amount_cents: fc.constantFrom<unknown>(100, 250_000, '100', undefined),
  }),
  context: rarely(fc.constantFrom<unknown>({ ticket: 'OPS-1', author: 'bob' }, {}, 7), 1),
  reason: rarely(fc.constantFrom<unknown>('it is needed', ' ', 7), 1),
  emergency: rarely(fc.constantFrom<unknown>(true, false, 'yes'), 5),
  service: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<unknown>({ id: 'deployer', emergencies_24h: 0 }, { id: 'other' }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>({ id: 'deployer', emergencies_24h: 3 }, null, undefined) },
  ),
  request: fc.constant({ id: 'req_1', submitted_at: '2026-11-24T10:00:00Z', expires_at: '2026-11-24T11:00:00Z' }),
  directory: rarely(fc.constantFrom<unknown>({ user: { groups: ['on-call'], roles: ['support'] } }, {}, null), 2),
  now: fc.oneof(
    { weight: 12, arbitrary: fc.constant('2026-11-24T10:30:00Z') },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('noon', 7, null, undefined) },
  ),
  votes: fc.oneof(
    { weight: 12, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>(
        [
          {
            by: { id: 'x', user: 'bob', groups: ['owners'], kind: 'member' },
            vote: 'deny',
            at: '2026-11-24T10:20:00Z',
          },
        ],
        ...[[null], 'none', {}, undefined],
      ),
    },
  ),
});

type Answers = readonly { readonly given: Answer; readonly long: Answer }[];
type Answer = { readonly outcome: string };

async function bothWays(questions: readonly unknown[]): Promise<Answers> {
  const response = await fetch(`${server.url}/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, input: { questions } }),
  });
  expect(response.status).toBe(200);
  const { result } = (await response.json()) as { result: readonly [{ readonly answers: Answers }] };
  return result[0].answers;
}

it(
  'the short way says what the long one says, of generated requests and packages',
  async () => {
    const seen: string[] = [];
    // Each run is a batch: one call of OPA, and what differs is shrunk to the question that does.
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 50, maxLength: 100 }), async questions => {
        const answers = await bothWays(questions);
        expect(answers).toHaveLength(questions.length);
        for (const [i, { given, long }] of answers.entries()) {
          expect({ asked: questions[i], answer: given }).toEqual({ asked: questions[i], answer: long });
          seen.push(given.outcome);
        }
      }),
      { numRuns: QUESTIONS / 50, endOnFailure: true },
    );
    const count = (outcome: string) => seen.filter(one => one === outcome).length;
    // It would prove little if hardly anything were allowed, or nothing else were answered.
    expect(count('allow')).toBeGreaterThan(seen.length / 20);
    for (const outcome of ['deny', 'require_approval', 'error']) expect(count(outcome)).toBeGreaterThan(0);
  },
  SLOW_MS,
);
