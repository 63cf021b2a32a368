import { describe, expect, it } from 'vitest';
import { view } from '../../src/contract/view.ts';
import type { StepResult } from '../../src/domain/change.ts';
import type { Approval } from '../../src/domain/decision.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { broken, cancelled, expired } from '../../src/domain/steps/ended.ts';
import { refused, refusedBefore, voted } from '../../src/domain/steps/voted.ts';
import {
  anApproval,
  answer,
  aRecord,
  aSubmission,
  aVote,
  aWho,
  awaiting,
  HOUR_MS,
  NOON,
  needsPeople,
} from '../support/samples.ts';

function changed(result: StepResult): Extract<StepResult, { kind: 'change' }> {
  if (result.kind !== 'change') throw new Error(result.kind);
  return result;
}

const via = { transport: 'socket', team: 'T0ACME', user: 'U0BOB', action_ts: '1.0' } as const;

function vote(
  record: RequestRecord,
  patch: Parameters<typeof aVote>[0],
  decision: Parameters<typeof voted>[1]['decision'],
  now = NOON + 60_000,
) {
  const given = aVote(patch);
  return voted(
    record,
    {
      input: policyInput(record, 'vote', now, [...record.votes, given]),
      who: aWho(given.by, record),
      key: 'click-1',
      via,
      decision,
      policy: { revision: 'r2' },
    },
    now,
  );
}

const bob = { by: 'slack:T0ACME:U0BOB', counted: true };

describe('what is said below the card of a vote', () => {
  const stage = { quorum: 1, approvers: [{ type: 'group', id: 'data-owners' } as const] };
  const progressAfter = (stages: Approval['stages']) => {
    const decision = needsPeople({ approval: anApproval({ stages }), votes: [bob] });
    return changed(vote(awaiting(), {}, decision)).effects.find(({ kind }) => kind === 'vote_line');
  };

  it('is how many there are of how many', () => {
    expect(progressAfter([{ ...stage, id: 'owners', title: 'Owners', quorum: 2, have: 1 }])).toMatchObject({
      progress: '1 of 2',
    });
  });

  it('names the stages where there are several: who filled the first one does not read "0 of 1"', () => {
    const stages = [
      { ...stage, id: 'owners', title: 'Data owners', have: 1 },
      { ...stage, id: 'privacy', have: 0 },
    ];
    expect(progressAfter(stages)).toMatchObject({ progress: 'Data owners 1 of 1, privacy 0 of 1' });
  });
});

describe('who resolved a request', () => {
  it('is policy when it allows at once, with nobody told but who waits', () => {
    const { next, effects } = changed(
      decided(aRecord(), { phase: 'submit', decision: answer('allow'), policy: {}, votes: [] }, NOON),
    );
    expect(view(next)).toMatchObject({ status: 'approved', resolved_by: 'policy' });
    expect(effects).toEqual([]);
  });

  it("is policy when it denies, in policy's words", () => {
    const decision = answer('deny', { reasons: [{ code: 'frozen', message: 'changes are frozen until Monday' }] });
    const { next } = changed(decided(aRecord(), { phase: 'submit', decision, policy: {}, votes: [] }, NOON));
    expect(view(next)).toMatchObject({
      status: 'denied',
      resolved_by: 'policy',
      resolution_reason: 'changes are frozen until Monday',
    });
  });

  it('is people when their votes made policy allow; every stage then reads full', () => {
    const { next, effects } = changed(vote(awaiting(), {}, answer('allow', { votes: [bob] })));
    expect(view(next)).toMatchObject({ status: 'approved', resolved_by: 'people', stages: [{ have: 1, quorum: 1 }] });
    expect(effects.map(({ kind }) => kind)).toEqual(['vote_line', 'card', 'direct_message']);
  });

  it("is people at a denial, in the person's own words", () => {
    const { next } = changed(
      vote(awaiting(), { vote: 'deny', reason: 'not on a Friday' }, answer('deny', { votes: [bob] })),
    );
    expect(view(next)).toMatchObject({ status: 'denied', resolved_by: 'people', resolution_reason: 'not on a Friday' });
  });

  it('G1: an unanswered request ends expired, with no approver named', () => {
    const { next, entries } = changed(expired(awaiting(), NOON + HOUR_MS));
    expect(view(next)).toMatchObject({ status: 'expired', resolved_by: 'clock', votes: [] });
    expect(JSON.stringify(entries)).not.toContain('bob');
  });

  it('G7: an OPA outage never produces a denial: it expires and says why', () => {
    const { next } = changed(expired(aRecord({ trouble: 'OPA does not answer' }), NOON + HOUR_MS));
    expect(view(next)).toMatchObject({ status: 'expired', resolved_by: 'clock' });
    expect(view(next).resolution_reason).toContain('OPA does not answer');
  });

  it('is the requester when they withdraw, and the system when nothing can mend it', () => {
    expect(view(changed(cancelled(awaiting(), NOON + 1)).next)).toMatchObject({
      status: 'cancelled',
      resolved_by: 'requester',
    });
    expect(view(changed(broken(aRecord(), 'the answer made no sense', NOON)).next)).toMatchObject({
      status: 'failed',
      resolved_by: 'system',
      resolution_reason: 'the answer made no sense',
    });
  });

  it('is the system when policy says that it is itself broken', () => {
    const decision = answer('error', { reasons: [{ code: 'bad_stage' }] });
    const { next } = changed(decided(aRecord(), { phase: 'submit', decision, policy: {}, votes: [] }, NOON));
    expect(view(next)).toMatchObject({ status: 'failed', resolved_by: 'system' });
  });

  it('is never an allow with an obligation that we cannot meet', () => {
    const decision = answer('allow', { obligations: [{ type: 'record_screen' }] });
    const { next } = changed(decided(aRecord(), { phase: 'submit', decision, policy: {}, votes: [] }, NOON));
    expect(view(next)).toMatchObject({ status: 'failed', resolved_by: 'system' });
    expect(view(next).resolution_reason).toContain('record_screen');
  });
});

describe('the deadline', () => {
  const deadlineOf = (expires_in: string | undefined, allowed: string | undefined) => {
    const record = aRecord({}, aSubmission(expires_in === undefined ? {} : { expires_in }));
    const approval = anApproval(allowed === undefined ? {} : { expires_in: allowed });
    return (
      Date.parse(
        changed(decided(record, { phase: 'submit', decision: needsPeople({ approval }), policy: {}, votes: [] }, NOON))
          .next.expiresAt,
      ) - NOON
    );
  };

  it.each([
    ['asked and policy silent', '2h', undefined, 2 * HOUR_MS],
    ['policy alone', undefined, '20m', 20 * 60_000],
    ['the sooner: the request', '10m', '1h', 10 * 60_000],
    ['the sooner: policy', '2h', '1h', HOUR_MS],
    ['neither: the default', undefined, undefined, HOUR_MS],
  ])('is %s', (_what, asked, allowed, expected) => {
    expect(deadlineOf(asked, allowed)).toBe(expected);
  });

  it('G5: nothing is pending without one', () => {
    expect(Date.parse(aRecord().expiresAt)).toBe(NOON + HOUR_MS);
  });

  it('G2, G4: a click one instant before it wins and a deny is a deny; one at it is late', () => {
    const at = (ms: number) => ({ at: new Date(ms).toISOString() });
    const deny = answer('deny', { votes: [bob] });
    const inTime = changed(vote(awaiting(), { ...at(NOON + HOUR_MS - 1), vote: 'deny' }, deny, NOON + HOUR_MS + 100));
    expect(inTime.next.status).toBe('denied');
    expect(vote(awaiting(), { ...at(NOON + HOUR_MS), vote: 'deny' }, deny)).toMatchObject({
      kind: 'refusal',
      code: 'expired',
    });
  });

  it('is not due before its time', () => {
    expect(expired(awaiting(), NOON + HOUR_MS - 1)).toMatchObject({ kind: 'unchanged' });
  });
});

describe('a policy that changed between request and click', () => {
  it('I1: a tightened policy kills a pending approval, although the click itself is not counted', () => {
    const decision = answer('deny', {
      reasons: [{ code: 'freeze', message: 'changes are frozen' }],
      votes: [{ by: bob.by, counted: false }],
    });
    const { next, entries } = changed(vote(awaiting(), {}, decision));
    expect(view(next)).toMatchObject({
      status: 'denied',
      resolved_by: 'policy',
      resolution_reason: 'Policy changed: changes are frozen',
      votes: [],
    });
    expect(entries.map(({ event }) => event)).toEqual(['voted', 'decided', 'requirement_changed', 'resolved']);
  });

  it('re-counts votes that were given before', () => {
    const waiting = changed(vote(awaiting(), {}, needsPeople({ votes: [bob] }))).next;
    const carol = { by: 'slack:T0ACME:U0CAROL', counted: true };
    const later = voted(
      waiting,
      {
        input: policyInput(waiting, 'vote', NOON, [...waiting.votes, aVote({ by: { id: carol.by, user: 'carol' } })]),
        who: aWho({ user: 'carol', id: carol.by }, waiting),
        key: 'click-2',
        via,
        decision: needsPeople({ votes: [{ by: bob.by, counted: false, code: 'not_eligible' }, carol] }),
        policy: {},
      },
      NOON + 61_000,
    );
    expect(view(changed(later).next).votes).toMatchObject([
      { by: 'bob', counted: false, code: 'not_eligible' },
      { by: 'carol', counted: true },
    ]);
  });
});

it('how long policy took is in the audit, under its hash, and in nothing that is kept, shown or compared', () => {
  const event = { phase: 'submit', decision: answer('allow'), policy: { revision: 'r1' }, votes: [] } as const;
  const [quick, slow] = [1.25, 900].map(tookMs => changed(decided(aRecord(), { ...event, tookMs }, NOON)));
  const entryOf = (change?: ReturnType<typeof changed>) => change?.entries.find(entry => entry.event === 'decided');
  expect([quick, slow].map(change => entryOf(change)?.took_ms)).toEqual([1.25, 900]);
  expect(entryOf(quick)?.hash).not.toBe(entryOf(slow)?.hash);
  expect(quick?.next.policy).toEqual({ revision: 'r1' });
  expect({ ...quick?.next, id: '', audit: '', digest: '' }).toEqual({ ...slow?.next, id: '', audit: '', digest: '' });
  expect(JSON.stringify(view(slow?.next as RequestRecord))).not.toMatch(/took_?ms/i);
});

describe('an answer that does not count', () => {
  it('is refused with the code of policy, and changes nothing, though policy still asks or would allow', () => {
    const uncounted = { ...bob, counted: false, code: 'stage_full' };
    for (const decision of [needsPeople({ votes: [uncounted] }), answer('allow', { votes: [uncounted] })]) {
      expect(vote(awaiting(), {}, decision)).toMatchObject({ kind: 'refusal', code: 'stage_full' });
    }
    expect(vote(awaiting(), {}, answer('allow'))).toMatchObject({ kind: 'refusal', code: 'not_eligible' });
  });

  it('C5: is the same gesture only once, whoever has judged it meanwhile', () => {
    const { next } = changed(vote(awaiting(), {}, needsPeople({ votes: [bob] })));
    const other = { by: { id: 'slack:T0ACME:U0CAROL', user: 'carol' } };
    const both = needsPeople({ votes: [bob, { by: 'slack:T0ACME:U0CAROL', counted: true }] });
    expect(vote(next, other, both)).toMatchObject({ kind: 'refusal', code: 'already_voted' });
  });

  it('hears what it heard when it is delivered again, as long as that is known', () => {
    const evidence = { who: { account: 'slack:T0ACME:U0ZED', person: 'zed' } };
    const said = { code: 'not_eligible', key: 'click-2', vote: 'approve', evidence } as const;
    const { next } = changed(refused(awaiting(), said, NOON));
    expect(refusedBefore(next, 'click-2')).toMatchObject({ code: 'not_eligible' });
    expect(refusedBefore(next, 'click-3')).toMatchObject({ code: 'answered_before' });
    expect(refused(next, said, NOON)).toMatchObject({ kind: 'unchanged' });
  });
});
