// What the clock does to a record: reminders, escalation, the deadline, the review of an emergency.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../src/contract/view.ts';
import { nextAlarm } from '../../src/domain/alarm.ts';
import type { StepResult } from '../../src/domain/change.ts';
import type { Approval, Decision, Obligation } from '../../src/domain/decision.ts';
import { type RequestRecord, timestamp } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { reviewed } from '../../src/domain/steps/reviewed.ts';
import { noted, told } from '../../src/domain/steps/shown.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import { escalated, lookedAgain, reminded, reviewDue } from '../../src/domain/steps/woken.ts';
import { answer, aRecord, aSubmission, aVote, aWho, awaiting, HOUR_MS, NOON } from '../support/samples.ts';

const MINUTE_MS = 60_000;

function changed(result: StepResult): Extract<StepResult, { kind: 'change' }> {
  if (result.kind !== 'change') throw new Error(result.kind);
  return result;
}

function patient(reminders = ['20m', '40m']): RequestRecord {
  return awaiting({ remind_after: reminders, escalate: { after: '30m', channel: 'C0ONCALL' } });
}

describe('the next alarm of a pending request', () => {
  it.each([
    ['is its first reminder', patient(), 20, 'remind'],
    ['is its escalation once reminded', { ...patient(), reminders: 1 }, 30, 'escalate'],
    ['is its second reminder then', { ...patient(), reminders: 1, escalatedAt: 'x' }, 40, 'remind'],
    ['is its deadline at last', { ...patient(), reminders: 2, escalatedAt: 'x' }, 60, 'expire'],
    ['is its deadline where policy says no more', awaiting(), 60, 'expire'],
    ['is its deadline when a reminder falls on it', awaiting({ remind_after: ['1h'] }), 60, 'expire'],
    ['is its deadline while policy has not answered', aRecord(), 60, 'expire'],
  ] as const)('%s', (_, record, minutes, kind) => {
    expect(nextAlarm(record)).toEqual({ at: NOON + minutes * MINUTE_MS, kind });
  });

  it('is none once it is resolved and nothing waits to be reviewed', () => {
    expect(nextAlarm({ ...patient(), status: 'approved' })).toBeUndefined();
  });
});

describe('a request of somebody whom nobody knows', () => {
  const unknown = (lookedAt: number, looks: number): RequestRecord => ({
    ...patient(),
    unapprovable: { code: 'self_approval', lookedAt: timestamp(lookedAt), looks },
  });

  it('is looked at again soon, then ever more seldom, and makes its card anew each time', () => {
    let record = unknown(NOON, 0);
    const waits = [];
    for (const _ of Array(6)) {
      const alarm = nextAlarm(record);
      if (alarm?.kind !== 'recognise') throw new Error(`${alarm?.kind}`);
      waits.push((alarm.at - Date.parse(record.unapprovable?.lookedAt ?? '')) / 1_000);
      const { next, entries, effects } = changed(lookedAgain(record, alarm.at));
      expect([entries, effects]).toEqual([[], [{ kind: 'card' }]]);
      record = next;
    }
    expect(waits).toEqual([15, 30, 60, 120, 120, 120]);
  });

  it('is no more once somebody knows them, and says so only while it waits', () => {
    const next = changed(noted(unknown(NOON, 3), undefined, NOON)).next;
    expect(nextAlarm(next)).toMatchObject({ kind: 'remind' });
    expect(view(unknown(NOON, 0)).trouble).toContain('add them to the people file');
    expect(view(next).trouble).toBeUndefined();
    expect(view({ ...unknown(NOON, 0), status: 'denied' }).trouble).toBeUndefined();
    expect(noted(unknown(NOON, 3), 'self_approval', NOON + 1)).toMatchObject({ kind: 'unchanged' });
  });
});

describe('a reminder', () => {
  it('is written once for all that were missed', () => {
    const { next, effects } = changed(reminded(patient(), NOON + 45 * MINUTE_MS));
    expect(next.reminders).toBe(2);
    expect(effects).toEqual([{ kind: 'remark_line', says: 'reminder' }]);
    expect(reminded(next, NOON + 46 * MINUTE_MS)).toMatchObject({ kind: 'unchanged' });
  });

  it('comes at most twice, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 30 }), minutes => {
        let record = patient(['1m', '2m']);
        let lines = 0;
        for (const minute of minutes) {
          const result = reminded(record, NOON + minute * MINUTE_MS);
          if (result.kind === 'unchanged') continue;
          record = result.next;
          lines += result.effects.length;
        }
        expect(lines).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('a request that was signed long before we had it', () => {
  const service = { id: 'deployer', auth: 'queue_key' } as const;
  const late = submitted(
    { service, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS, askedAt: NOON - 50 * MINUTE_MS },
    NOON,
  );
  const record = { ...late.next, approval: patient().approval as Approval };

  it('ends so long after it was signed, and is in the audit from when it was stored', () => {
    expect(record.expiresAt).toBe(timestamp(NOON + 10 * MINUTE_MS));
    expect(late.entries).toMatchObject([{ event: 'submitted', at: timestamp(NOON), asked_at: record.submittedAt }]);
  });

  it('reminds nobody and asks nobody further until they have had it for so long', () => {
    expect(nextAlarm(record)).toEqual({ at: NOON + 10 * MINUTE_MS, kind: 'expire' });
    const patientOnes = { ...record, expiresAt: timestamp(NOON + HOUR_MS) };
    expect(nextAlarm(patientOnes)).toEqual({ at: NOON + 20 * MINUTE_MS, kind: 'remind' });
    expect(reminded(patientOnes, NOON + 19 * MINUTE_MS)).toMatchObject({ kind: 'unchanged' });
    expect(nextAlarm({ ...patientOnes, reminders: 2 })).toEqual({ at: NOON + 30 * MINUTE_MS, kind: 'escalate' });
  });

  it('cannot be signed for later: no deadline moves beyond what it asks', () => {
    const { next } = submitted(
      { service, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS, askedAt: NOON + HOUR_MS },
      NOON,
    );
    expect(next).toMatchObject({ submittedAt: timestamp(NOON), storedAt: timestamp(NOON) });
  });
});

describe('G3: an allow that only the clock has brought', () => {
  const asked = (phase: 'deadline' | 'escalate', record = awaiting()) =>
    decided(
      record,
      {
        phase,
        decision: answer('allow', { votes: record.votes.map(({ by }) => ({ by: by.id, counted: true })) }),
        policy: {},
        votes: record.votes,
      },
      NOON + HOUR_MS,
    );
  const halfway = awaiting({}, { votes: [{ ...aVote(), counted: true }] });

  it.each([
    ['nobody answered', awaiting()],
    ['somebody approved, and that was not enough', halfway],
  ])('approves nothing at the deadline, where %s: it expires and says what to do', (_, record) => {
    const { next, entries, effects } = changed(asked('deadline', record));
    expect(view(next)).toMatchObject({
      status: 'expired',
      resolved_by: 'clock',
      resolution_reason: 'Policy would allow it now: submit it again.',
    });
    expect(next.votes).toEqual(record.votes);
    expect(entries).toMatchObject([
      { event: 'decided', phase: 'deadline', outcome: 'require_approval', answered: 'allow' },
      { event: 'resolved', status: 'expired' },
    ]);
    expect(effects.map(({ kind }) => kind)).toEqual(['card', 'outcome_line', 'direct_message']);
  });

  it('approves nothing at an escalation either: who was asked still decides, and hears of it', () => {
    const { next, entries, effects } = changed(asked('escalate', halfway));
    expect(next).toMatchObject({ status: 'pending', approval: halfway.approval, decision: halfway.decision });
    expect(view(next).policy_change?.words).toMatch(/would now allow this/);
    expect(entries).toMatchObject([{ event: 'decided', answered: 'allow' }, { event: 'requirement_changed' }]);
    expect(effects).toEqual([{ kind: 'card' }, { kind: 'remark_line', says: 'policy_changed' }]);
  });

  it.each(['deny', 'error'] as const)('a %s of that moment stands', outcome => {
    const result = decided(awaiting(), { phase: 'deadline', decision: answer(outcome), policy: {}, votes: [] }, NOON);
    expect(changed(result).next.status).toBe(outcome === 'deny' ? 'denied' : 'failed');
  });
});

describe('an escalation', () => {
  it('happens once, is in the audit, and brings the card elsewhere', () => {
    const { next, entries, effects } = changed(escalated(patient(), NOON + 30 * MINUTE_MS));
    expect(view(next).escalated_at).toBe('2026-11-24T12:30:00.000Z');
    expect(entries).toMatchObject([{ event: 'escalated', channel: 'C0ONCALL' }]);
    expect(effects.map(({ kind }) => kind)).toEqual(['card', 'remark_line']);
    expect(escalated(next, NOON + 31 * MINUTE_MS)).toMatchObject({ kind: 'unchanged' });
  });
});

function allowed(obligations: readonly Obligation[], record = aRecord()): StepResult {
  const decision: Decision = answer('allow', { obligations: [...obligations] });
  return decided(record, { phase: 'submit', decision, policy: {}, votes: [] }, NOON);
}

describe('an emergency that policy let pass', () => {
  const open = changed(allowed([{ type: 'after_review', within: '24h' }])).next;

  it('is approved, and its review stays open and is due', () => {
    expect(view(open)).toMatchObject({
      status: 'approved',
      review: { status: 'open', due_at: '2026-11-25T12:00:00.000Z' },
    });
    expect(nextAlarm(open)).toEqual({ at: NOON + 24 * HOUR_MS, kind: 'review' });
  });

  it('is called for again every day until somebody closes it', () => {
    const first = changed(reviewDue(open, NOON + 24 * HOUR_MS));
    expect(first.effects).toEqual([{ kind: 'notice', says: 'review_due' }]); // announced nowhere: the approvals channel
    expect(nextAlarm(first.next)?.at).toBe(NOON + 48 * HOUR_MS);
    expect(reviewDue(first.next, NOON + 25 * HOUR_MS)).toMatchObject({ kind: 'unchanged' });
  });

  it('is called for wherever it was announced, and below its card if it has one', () => {
    const announced = [
      { type: 'notify', channel: 'C0SEC' },
      { type: 'notify', channel: 'C0ONCALL' },
      { type: 'after_review', within: '1h' },
    ];
    const calls = (record: RequestRecord) => changed(reviewDue(record, NOON + HOUR_MS)).effects;
    const notices = [
      { kind: 'notice', channel: 'C0SEC', says: 'review_due' },
      { kind: 'notice', channel: 'C0ONCALL', says: 'review_due' },
    ];
    expect(calls(changed(allowed(announced)).next)).toEqual(notices);
    const asked = changed(allowed(announced, awaiting())).next;
    expect(calls(asked)).toEqual([{ kind: 'remark_line', says: 'review_due' }, ...notices]);
  });

  it('is not closed by somebody who approved it', () => {
    const approved = { ...open, votes: [{ ...aVote(), counted: true }] };
    const by = aWho({ user: 'bob' }, approved);
    expect(reviewed(approved, { by, note: 'fine', surface: 'slack', evidence: {} }, NOON)).toMatchObject({
      code: 'own_review',
    });
    const voted = { ...open, votes: [{ ...aVote(), counted: false }] };
    expect(reviewed(voted, { by, note: 'fine', surface: 'slack', evidence: {} }, NOON)).toMatchObject({
      kind: 'change',
    });
    const asAccount = { ...aVote({ by: { user: 'slack:T0ACME:U0BOB' } }), counted: true };
    const byAccount = { ...open, votes: [asAccount] };
    const known = { ...aWho({ user: 'bob' }, byAccount), names: new Set(['bob', 'slack:t0acme:u0bob']) };
    const own = reviewed(byAccount, { by: known, note: 'fine', surface: 'slack', evidence: {} }, NOON);
    expect(own).toMatchObject({ code: 'own_review' }); // their account was nobody's when it approved
  });

  it('closed while a message that calls for it is on the way, has that message updated as well', () => {
    const by = aWho({ user: 'bob' }, open);
    const message = { channel: 'C0SEC', ts: '1.1', says: 'notice' } as const;
    const telling = { way: 'notice', outcome: 'delivered', message } as const;
    const before = changed(told(open, { ...telling, key: 'k1' }, NOON + 1));
    expect(before.effects).toEqual([]);
    const closed = changed(reviewed(before.next, { by, note: 'fine', surface: 'slack', evidence: {} }, NOON + 2));
    expect(closed.effects).toEqual([{ kind: 'review_messages' }]);
    const late = changed(told(closed.next, { ...telling, key: 'k2', message: { ...message, ts: '2.2' } }, NOON + 3));
    expect(late.effects).toEqual([{ kind: 'review_messages' }]);
    expect(late.next.review?.messages?.map(({ ts }) => ts)).toEqual(['1.1', '2.2']);
  });

  it.each([
    ['own_review', { user: 'alice', groups: [] }, 'looked at it', open],
    ['note_required', { user: 'bob', groups: [] }, ' \n', open],
    ['no_review', { user: 'bob', groups: [] }, 'looked at it', aRecord()],
    [
      'not_a_reviewer',
      { user: 'bob', groups: ['dev'] },
      'looked at it',
      changed(allowed([{ type: 'after_review', within: '1h', reviewers: [{ type: 'group', id: 'security' }] }])).next,
    ],
  ] as const)('is not closed: %s', (code, by, note, record) => {
    expect(reviewed(record, { by: aWho(by, record), note, surface: 'cli', evidence: {} }, NOON + 1)).toMatchObject({
      kind: 'refusal',
      code,
    });
  });

  it('is closed by somebody else, once, and then the clock has nothing more to do', () => {
    const by = aWho({ user: 'bob' }, open);
    const { next, entries } = changed(reviewed(open, { by, note: 'fine', surface: 'api', evidence: {} }, NOON + 5));
    expect(view(next).review).toMatchObject({ status: 'closed', closed_by: 'bob', note: 'fine' });
    expect(entries).toMatchObject([{ event: 'review_closed', by: 'bob', note: 'fine', surface: 'api' }]);
    expect(nextAlarm(next)).toBeUndefined();
    expect(reviewed(next, { by, note: 'again', surface: 'api', evidence: {} }, NOON + 6)).toMatchObject({
      code: 'already_reviewed',
    });
  });
});

describe('an obligation', () => {
  it.each([
    ['that is unknown', { type: 'sacrifice' }],
    ['to notify no channel', { type: 'notify' }],
    ['to review within nonsense', { type: 'after_review', within: 'soon' }],
    ['to be reviewed by nobody', { type: 'after_review', reviewers: [] }],
  ])('%s ends the request failed: an allow that cannot be carried out is none', (_, obligation) => {
    expect(view(changed(allowed([obligation])).next)).toMatchObject({
      status: 'failed',
      resolved_by: 'system',
      resolution_reason: expect.stringContaining(obligation.type),
    });
    expect(changed(allowed([{ ...obligation, mandatory: false }])).next.status).toBe('approved');
  });

  it('to give a reason denies who gave none, with the remedy', () => {
    const silent = aRecord();
    const { reason: _, ...submission } = silent.submission;
    expect(view(changed(allowed([{ type: 'require_reason' }], { ...silent, submission })).next)).toMatchObject({
      status: 'denied',
      resolved_by: 'policy',
      resolution_reason: expect.stringContaining('Submit it again with one'),
    });
    expect(changed(allowed([{ type: 'require_reason' }], silent)).next.status).toBe('approved');
  });

  it('to notify one channel twice is one notice', () => {
    const { effects } = changed(
      allowed([
        { type: 'notify', channel: 'C0SEC' },
        { type: 'notify', channel: 'C0SEC' },
      ]),
    );
    expect(effects).toEqual([{ kind: 'notice', channel: 'C0SEC' }]);
  });
});
