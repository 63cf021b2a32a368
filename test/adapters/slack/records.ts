// Records for the card tests: one plain request, and whatever a test changes about it.
import fc from 'fast-check';
import type { Mentions } from '../../../src/adapters/slack/cards/people.ts';
import type { Json, JsonObject } from '../../../src/domain/canonical.ts';
import type { Approval } from '../../../src/domain/decision.ts';
import { statuses } from '../../../src/domain/lifecycle.ts';
import { RECORD_SCHEMA, type RequestRecord } from '../../../src/domain/record.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { type Submission, submissionDigest } from '../../../src/domain/submission.ts';
import type { CountedVote } from '../../../src/domain/vote.ts';

export const mentions: Mentions = {
  teamId: 'T0ACME',
  slackAccountsOf: person =>
    ['alice', 'bob', 'carol'].includes(person) ? [`slack:T0ACME:U0${person.toUpperCase()}`] : [],
};

export const deploy: Submission = {
  action: 'deploy',
  user: { id: 'alice', role: 'engineer' },
  actor: { type: 'ai_agent', id: 'release-bot' },
  resource: { type: 'service', id: 'payments-api', environment: 'prod' },
  params: { version: '2026.11.2', replicas: 6, strategy: 'canary' },
  context: { ticket: 'OPS-17' },
  reason: 'Fixes the double charge on retries.',
};

export const twoOwners: Approval = {
  stages: [
    {
      id: 'owners',
      title: 'Service owners',
      quorum: 2,
      have: 0,
      approvers: [
        { type: 'group', id: 'db-owners' },
        { type: 'user', id: 'carol' },
        { type: 'slack_usergroup', id: 'S0DBA' },
      ],
    },
  ],
  severity: 'high',
  reason_required: 'on_deny',
};

export function aRecord(patch: Partial<RequestRecord> = {}, submission: Submission = deploy): RequestRecord {
  const approval = patch.approval ?? twoOwners;
  return {
    schema: RECORD_SCHEMA,
    id: requestId('deployer', 'one'),
    version: 2,
    service: { id: 'deployer', auth: 'api_key' },
    submission,
    digest: submissionDigest(submission),
    owner: 'bob',
    submittedAt: '2026-11-24T07:00:00.000Z',
    storedAt: '2026-11-24T07:00:00.000Z',
    expiresAt: '2026-11-24T08:00:00.000Z',
    status: 'pending',
    decision: {
      contract: 1,
      outcome: 'require_approval',
      reasons: [{ code: 'needs_owner', message: 'Two service owners must approve.', rule: 'deploy.prod' }],
      approval,
      votes: [],
      obligations: [],
    },
    policy: { revision: '8f2c1d', decision_id: 'd-1' },
    approval,
    reminders: 0,
    uses: 0,
    votes: [],
    absorbed: [],
    refused: [],
    cards: [],
    unreachable: [],
    audit: { seq: 2 },
    ...patch,
  };
}

export function aVote(user: string, patch: Partial<CountedVote> = {}): CountedVote {
  return {
    by: { id: `slack:T0ACME:U0${user.toUpperCase()}`, user, groups: ['db-owners'], kind: 'member' },
    vote: 'approve',
    at: '2026-11-24T07:10:00.000Z',
    surface: 'slack',
    counted: true,
    ...patch,
  };
}

/** Text as an attacker or an accident would write it. */
export const wildText = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength, unit: 'grapheme' }) },
    {
      weight: 2,
      arbitrary: fc.string({
        maxLength,
        unit: fc.constantFrom('\u202e', '\u0000', '\n', '\u200b', '&', '<', '*', '`', '🙂', '👩‍👧', 'é', '\u3164', ':'),
      }),
    },
    fc.constantFrom(
      '<!channel> <@U0BOB> <https://evil.example|https://bank.example>',
      'ok\n*Approved by:* <@U0BOB>\n:white_check_mark:',
      '&&&&&&&&&&<<<<<<<<<<>>>>>>>>>>',
      ' ',
      '\n',
    ),
    fc.integer({ min: 1, max: maxLength }).map(length => 'x'.repeat(length)),
  );

const name = wildText(400).map(text => (text.isWellFormed() && text !== '' ? text : 'x'));

const wildJson = (maxLength: number): fc.Arbitrary<Json> =>
  fc.oneof(
    wildText(maxLength),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
  );

const wildObject = (keys: number, maxLength: number): fc.Arbitrary<JsonObject> =>
  fc.dictionary(name, wildJson(maxLength), { maxKeys: keys }) as fc.Arbitrary<JsonObject>;

export const wildSubmission: fc.Arbitrary<Submission> = fc
  .record(
    {
      action: name,
      user: fc.tuple(name, wildObject(4, 300)).map(([id, rest]) => ({ ...rest, id })),
      actor: fc.tuple(name, name, wildObject(3, 300)).map(([id, type, rest]) => ({ ...rest, id, type })),
      resource: fc.tuple(name, name, wildObject(6, 2_000)).map(([id, type, rest]) => ({ ...rest, id, type })),
      params: wildObject(40, 6_000),
      context: wildObject(10, 1_000),
      reason: wildText(4_000),
    },
    { requiredKeys: ['action', 'user', 'resource'] },
  )
  .map(submission => submission as Submission);

const wildApproval: fc.Arbitrary<Approval> = fc
  .record(
    {
      stages: fc.array(
        fc.record({
          id: name,
          title: wildText(500),
          quorum: fc.integer({ min: 1, max: 1_000_000 }),
          have: fc.integer({ min: 0, max: 1_000_000 }),
          approvers: fc.array(
            fc.record({
              type: fc.constantFrom('user' as const, 'group' as const, 'slack_usergroup' as const),
              id: name,
            }),
            { minLength: 1, maxLength: 40 },
          ),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      severity: wildText(100),
      surfaces: fc.subarray(['slack', 'cli', 'api']),
      reason_required: fc.constantFrom('never' as const, 'on_deny' as const, 'always' as const),
    },
    { requiredKeys: ['stages'] },
  )
  .map(approval => approval as Approval);

const wildVotes = fc.array(
  fc.record({
    user: name,
    vote: fc.constantFrom('approve' as const, 'deny' as const),
    reason: wildText(1_000),
    counted: fc.boolean(),
    surface: fc.constantFrom('slack' as const, 'cli' as const, 'api' as const),
  }),
  { maxLength: 30 },
);

/** Any record at all: whatever a requester, a policy and voters may have written into it. */
export const wildRecord: fc.Arbitrary<RequestRecord> = fc
  .record({
    submission: wildSubmission,
    approval: wildApproval,
    votes: wildVotes,
    status: fc.constantFrom(...statuses),
    by: fc.constantFrom(
      'policy' as const,
      'people' as const,
      'clock' as const,
      'requester' as const,
      'system' as const,
    ),
    words: wildText(2_000),
    owner: name,
  })
  .map(({ submission, approval, votes, status, by, words, owner }) =>
    aRecord(
      {
        approval,
        owner,
        status,
        decision: {
          contract: 1,
          outcome: 'require_approval',
          reasons: [{ code: words, message: words, rule: words }],
          approval,
          votes: [],
          obligations: [],
        },
        policy: { revision: words, decision_id: words },
        votes: votes.map(({ user, ...vote }) =>
          aVote(user, { ...vote, by: { id: user, user, groups: [], kind: 'member' } }),
        ),
        ...(status === 'pending' ? {} : { resolution: { by, at: '2026-11-24T07:20:00.000Z', reason: words } }),
      },
      submission,
    ),
  );
