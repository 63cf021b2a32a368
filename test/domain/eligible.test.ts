// Whether anybody could approve at all, said at once instead of after the deadline.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../src/contract/view.ts';
import type { Approval, Approver, Stage } from '../../src/domain/decision.ts';
import { type Roster, shortage } from '../../src/domain/eligible.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { anApproval, aRecord, awaiting, NOON, needsPeople } from '../support/samples.ts';

const groups: Readonly<Record<string, readonly string[]>> = {
  owners: ['alice', 'bob'],
  finance: ['carol', 'dave', 'bob'],
  lonely: ['alice'],
};
const roster: Roster = {
  membersOf: group => groups[group] ?? [],
  isKnown: person => Object.values(groups).flat().includes(person),
};
const group = (id: string): Approver => ({ type: 'group', id });
const user = (id: string): Approver => ({ type: 'user', id });

function stage(id: string, quorum: number, ...approvers: Approver[]): Stage {
  return { id, quorum, have: 0, approvers };
}

/** Alice asks in every case. */
const cases: readonly [string, Partial<Approval>, RegExp | undefined][] = [
  ['one of a group beside the requester', { stages: [stage('s', 1, group('owners'))] }, undefined],
  ['two of a group of two, one of them the requester', { stages: [stage('s', 2, group('owners'))] }, /only 1 person/],
  ['the same where policy waives it', { stages: [stage('s', 2, group('owners'))], self_approval: true }, undefined],
  ['a group of the requester alone', { stages: [stage('s', 1, group('lonely'))] }, /nobody there/],
  ['a group that the directory does not know', { stages: [stage('s', 1, group('nosuch'))] }, /nobody there/],
  ['a person whom nobody knows', { stages: [stage('s', 1, user('zoe'))] }, /nobody there/],
  ['an account of Slack by its own name', { stages: [stage('s', 1, user('slack:T0:U1'))] }, undefined],
  [
    'a Slack user group: only Slack knows',
    { stages: [stage('s', 9, { type: 'slack_usergroup', id: 'S1' })] },
    undefined,
  ],
  ['members of a channel', { stages: [stage('s', 9, { type: 'slack_channel', id: 'C1' })] }, undefined],
  [
    'somebody whom a rule excludes',
    { stages: [stage('s', 1, group('owners'))], excluded: [{ user: 'bob', code: 'author' }] },
    /nobody there/,
  ],
  [
    'two stages that only one person could fill',
    { stages: [stage('a', 1, user('bob')), stage('b', 1, group('owners'))] },
    /more different people/,
  ],
  [
    'the same where one click fills all',
    { stages: [stage('a', 1, user('bob')), stage('b', 1, group('owners'))], one_click_fills_all: true },
    undefined,
  ],
  [
    'people who come with the escalation',
    { stages: [stage('s', 1, group('lonely'))], escalate: { after: '10m', approvers: [user('carol')] } },
    undefined,
  ],
];

describe('a requirement', () => {
  it.each(cases)('of %s', (_, approval, complaint) => {
    const found = shortage(aRecord(), anApproval(approval), roster);
    if (complaint === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(complaint);
  });

  it('can be met exactly when some choice of distinct people fills every seat', () => {
    const people = ['b', 'c', 'd', 'e'];
    const anyStage = fc.record({ quorum: fc.integer({ min: 1, max: 3 }), who: fc.subarray(people, { minLength: 1 }) });
    fc.assert(
      fc.property(fc.array(anyStage, { minLength: 1, maxLength: 3 }), drawn => {
        const stages = drawn.map(({ quorum, who }, i) => stage(`s${i}`, quorum, ...who.map(user)));
        const found = shortage(aRecord(), anApproval({ stages }), { membersOf: () => [], isKnown: () => true });
        const seats = drawn.flatMap(({ quorum, who }) => Array.from({ length: quorum }, () => who));
        expect(found === undefined).toBe(canSeat(seats, new Set()));
      }),
    );
  });
});

/** Tries every seating. */
function canSeat([seat, ...others]: readonly (readonly string[])[], taken: ReadonlySet<string>): boolean {
  if (seat === undefined) return true;
  return seat.some(person => !taken.has(person) && canSeat(others, new Set([...taken, person])));
}

describe('a request that nobody can approve', () => {
  const impossible = needsPeople({ approval: anApproval({ stages: [stage('s', 1, group('nosuch'))] }) });
  const event = { phase: 'submit', policy: {}, votes: [], roster } as const;

  it('ends failed by the system at once and names the stage', () => {
    const result = decided(aRecord(), { ...event, decision: impossible }, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    expect(view(result.next)).toMatchObject({
      status: 'failed',
      resolved_by: 'system',
      resolution_reason: expect.stringMatching(/Nobody can approve this: s needs 1 of group nosuch.*submit it again/),
    });
  });

  it('says how many the stage wanted, whom it had, and who there may not', () => {
    const approval = anApproval({ stages: [stage('s', 3, user('bob'), user('carol'), user('alice'))] });
    const words = shortage(aRecord(), approval, { membersOf: () => [], isKnown: () => true });
    expect(words).toContain(
      's needs 3 of user bob, user carol, user alice, and only 2 there may (bob, carol; not alice).',
    );
  });

  it('ends so too when policy changes to that while it waits', () => {
    const result = decided(awaiting(), { ...event, phase: 'deadline', decision: impossible }, NOON + 1);
    expect(result).toMatchObject({ next: { status: 'failed' } });
  });
});
