// Whom a request concerns: a table of people against what they may see, and whose answer is waited for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAmong, isAwaited, mayRevoke, maySee, type Person } from '../../src/domain/audience.ts';
import type { Approval, Stage } from '../../src/domain/decision.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { anApproval, answer, aRecord, aVote, awaiting } from '../support/samples.ts';

const alice: Person = { user: 'alice', groups: ['db-owners'] };
const bob: Person = { user: 'bob', groups: ['db-owners'] };
const erin: Person = { user: 'erin', groups: ['on-call'] };
const [owners] = anApproval().stages;
if (owners === undefined) throw new Error('the sample has a stage');

const answered = { votes: [{ ...aVote(), counted: true }] };
const second: Stage = { ...owners, id: 'second', approvers: [{ type: 'user', id: 'erin' }] };

type Row = readonly [string, Partial<Approval>, Partial<RequestRecord>, Person, boolean, boolean];

describe('who sees a request, and whose answer it waits for', () => {
  it.each<Row>([
    ['an approver', {}, {}, bob, true, true],
    ['the requester, though an owner', {}, {}, alice, true, false],
    ['the requester where policy lets them', { self_approval: true }, {}, alice, true, true],
    ["an agent's owner", {}, { owner: 'bob' }, bob, true, false],
    ['somebody who is not asked', {}, {}, erin, false, false],
    ['somebody whom a rule excludes', { excluded: [{ user: 'bob', code: 'author' }] }, {}, bob, true, false],
    ['somebody who has answered', {}, answered, bob, true, false],
    ['an approver of a complete stage', { stages: [{ ...owners, have: 1 }] }, {}, bob, true, false],
    [
      'an approver of a stage that is not open',
      { stages: [owners, { ...second, open: false }] },
      {},
      erin,
      true,
      false,
    ],
    ['an approver of a parallel stage', { stages: [owners, { ...second, open: true }] }, {}, erin, true, true],
    [
      'somebody who is asked only once it escalates',
      { escalate: { after: '30m', approvers: [{ type: 'group', id: 'on-call' }] } },
      {},
      erin,
      true,
      false,
    ],
    ['an approver of a request that is resolved', {}, { status: 'approved' }, bob, true, false],
    [
      'whoever policy lets review',
      {},
      { review: { dueAt: 'x', reminders: 0, messages: [], reviewers: [{ type: 'user', id: 'erin' }] } },
      erin,
      true,
      false,
    ],
    [
      'somebody in a group that only Slack knows',
      { stages: [{ ...owners, approvers: [{ type: 'slack_usergroup', id: 'db-owners' }] }] },
      {},
      bob,
      false,
      false,
    ],
  ])('%s', (_who, approval, patch, person, sees, isAsked) => {
    const record = awaiting(approval, patch);
    expect([maySee(record, person), isAwaited(record, person)]).toEqual([sees, isAsked]);
  });

  it('a group that only Slack knows names those of whom Slack says so, and no directory group of its name', () => {
    const approvers = [{ type: 'slack_usergroup', id: 'S0DBA' }] as const;
    expect(isAmong(approvers, { user: 'bob', groups: ['slack_usergroup:S0DBA'] })).toBe(true);
    expect(isAmong(approvers, { user: 'bob', groups: ['S0DBA'] })).toBe(false);
  });

  it('an approval is taken back by whoever asked, approved, or is named by policy for it, under any of their names', () => {
    const grant = { revokers: [{ type: 'group' as const, id: 'on-call' }] };
    const votes = [
      { ...aVote(), counted: true },
      { ...aVote({ by: { id: 'slack:T0ACME:U0DAN', user: 'dan' } }), counted: false },
      { ...aVote({ vote: 'deny', by: { id: 'slack:T0ACME:U0DORA', user: 'dora' } }), counted: true },
    ];
    const record = awaiting({}, { status: 'approved', owner: 'olga', votes, decision: answer('allow', { grant }) });
    const may = (user: string, more: Partial<Person> = {}) => mayRevoke(record, { user, groups: [], ...more });
    expect([may('alice'), may('olga'), may('bob'), may('erin', { groups: ['on-call'] })]).toEqual(Array(4).fill(true));
    expect(may('robert', { names: new Set(['robert', 'slack:t0acme:u0bob']) })).toBe(true);
    expect([may('dan'), may('dora'), may('erin')]).toEqual(Array(3).fill(false));
    expect(maySee(record, { user: 'erin', groups: ['on-call'] })).toBe(true);
    const silent = { ...record, decision: answer('allow') };
    expect(mayRevoke(silent, { user: 'erin', groups: ['on-call'] })).toBe(false);
  });

  it('a request that policy has not answered yet waits for nobody', () => {
    expect(isAwaited(aRecord(), bob)).toBe(false);
  });

  it('whoever is waited for also sees it', () => {
    const person = fc.record({
      user: fc.constantFrom('alice', 'bob', 'erin'),
      groups: fc.subarray(['db-owners', 'on-call']),
    });
    const approval = fc.record({
      self_approval: fc.boolean(),
      stages: fc.subarray([owners, second, { ...owners, have: 1 }], { minLength: 1 }),
    });
    fc.assert(
      fc.property(approval, person, (patch, who) => {
        const record = awaiting({}, { approval: { ...anApproval(), ...patch } });
        expect(!isAwaited(record, who) || maySee(record, who)).toBe(true);
      }),
    );
  });
});
