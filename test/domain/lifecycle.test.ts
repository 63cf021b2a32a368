import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, firstBreak } from '../../src/domain/audit/chain.ts';
import type { StepResult } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import { after, isResolved, lifecycle, statuses } from '../../src/domain/lifecycle.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { broken, cancelled, delayed, expired, putOff } from '../../src/domain/steps/ended.ts';
import { shown, unreachable } from '../../src/domain/steps/shown.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import { refused, voted } from '../../src/domain/steps/voted.ts';
import { answer, aRecord, aSubmission, aVote, aWho, HOUR_MS, NOON, needsPeople } from '../support/samples.ts';

type Step = { readonly name: string; readonly take: (record: RequestRecord, now: number) => StepResult };

const people = ['alice', 'bob', 'carol', 'dave'];

function voting(
  user: string,
  ballot: 'approve' | 'deny',
  outcome: 'allow' | 'deny' | 'require_approval',
  counted: boolean,
): Step {
  const by = { id: `slack:T0ACME:${user}`, user };
  return {
    name: `${user} ${ballot} → ${outcome}${counted ? '' : ' (not counted)'}`,
    take: (record, now) => {
      const vote = aVote({ by, vote: ballot, at: new Date(now).toISOString() });
      const votes = [...record.votes, vote].map(each => ({ by: each.by.id, counted: each === vote ? counted : true }));
      const decision = outcome === 'require_approval' ? needsPeople({ votes }) : answer(outcome, { votes });
      return voted(
        record,
        {
          input: policyInput(record, 'vote', now, [...record.votes, vote]),
          who: aWho(vote.by, record),
          key: `${user}-${now}`,
          via: { transport: 'socket', team: 'T0ACME', user: 'U0BOB', action_ts: '1.0' },
          decision,
          policy: {},
        },
        now,
      );
    },
  };
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...people),
      fc.constantFrom('approve' as const, 'deny' as const),
      fc.constantFrom('allow' as const, 'deny' as const, 'require_approval' as const),
      fc.boolean(),
    )
    .map(args => voting(...args)),
  fc.constantFrom<Step>(
    {
      name: 'policy needs people',
      take: (r, now) =>
        decided(r, { phase: 'submit', decision: needsPeople({ votes: verdicts(r) }), policy: {}, votes: r.votes }, now),
    },
    {
      name: 'policy denies',
      take: (r, now) =>
        decided(
          r,
          { phase: 'submit', decision: answer('deny', { votes: verdicts(r) }), policy: {}, votes: r.votes },
          now,
        ),
    },
    { name: 'the clock', take: expired },
    { name: 'cancel', take: cancelled },
    { name: 'breakdown', take: (r, now) => broken(r, 'a cause', now) },
    { name: 'outage', take: (r, now) => delayed(r, 'OPA is down', now) },
    { name: 'card shown', take: (r, now) => shown(r, { channel: 'C1', ts: '1.0', hash: `h${now}` }, now) },
    { name: 'channel refused', take: (r, now) => unreachable(r, 'C9', 'channel_not_found', now) },
    {
      name: 'a refusal',
      take: (r, now) =>
        refused(
          r,
          {
            code: 'not_eligible',
            evidence: { who: { account: 'x' } },
            key: `x${now}`,
            vote: 'approve',
          },
          now,
        ),
    },
  ),
);

function verdicts(record: RequestRecord) {
  return record.votes.map(({ by }) => ({ by: by.id, counted: true }));
}

describe('the lifecycle', () => {
  it('has one state that is not an end', () => {
    expect(statuses.filter(status => !isResolved(status))).toEqual(['pending']);
  });

  it('leads nowhere from an end', () => {
    for (const status of statuses.filter(isResolved)) {
      for (const happening of Object.keys(lifecycle.pending) as (keyof typeof lifecycle.pending)[]) {
        expect(after(status, happening)).toBeUndefined();
      }
    }
  });

  it('G3: no timer ever approves: the clock leads to expired and nowhere else', () => {
    expect(after('pending', 'deadline')).toBe('expired');
  });
});

describe('any history of a request', () => {
  it('Invariant 1, one way out: pending is left at most once, every change is one version, the audit chain is whole', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: HOUR_MS })), { maxLength: 25 }), history => {
        const first = submitted(
          { service: { id: 's', auth: 'api_key' }, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS },
          NOON,
        );
        let record = first.next;
        let now = NOON;
        let exits = 0;
        const audit: AuditEntry[] = [...first.entries];
        for (const [step, laterMs] of history) {
          now += laterMs;
          const result = step.take(record, now);
          if (result.kind !== 'change') continue;
          expect(result.expected).toBe(record.version);
          expect(result.next.version).toBe(record.version + 1);
          if (record.status !== result.next.status) {
            expect(record.status).toBe('pending');
            exits++;
          }
          if (isResolved(record.status)) {
            expect(result.next.resolution).toEqual(record.resolution);
            expect(result.next.votes).toEqual(record.votes);
          }
          audit.push(...result.entries);
          record = result.next;
        }
        expect(exits).toBeLessThanOrEqual(1);
        expect(isResolved(record.status)).toBe(record.resolution !== undefined);
        expect(firstBreak(audit)).toBeUndefined();
        expect(record.audit).toEqual({ seq: audit.length, hash: audit.at(-1)?.hash });
      }),
    );
  });

  it('Invariant 9, append-only: changing, dropping or swapping any entry shows', () => {
    const first = submitted(
      { service: { id: 's', auth: 'api_key' }, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS },
      NOON,
    );
    const end = cancelled(first.next, NOON + 1);
    if (end.kind === 'refusal') throw new Error('refused');
    const late = refused(
      end.next,
      { code: 'already_resolved', evidence: { who: { account: 'a' } }, key: 'k', vote: 'deny' },
      NOON + 2,
    );
    if (late.kind !== 'change') throw new Error('refused');
    const entries = [...first.entries, ...end.entries, ...late.entries];
    expect(entries).toHaveLength(3);
    expect(firstBreak(entries)).toBeUndefined();
    for (const [i, entry] of entries.entries()) {
      expect(firstBreak(entries.with(i, { ...entry, at: '2020-01-01T00:00:00.000Z' }))).toBeDefined();
      if (i < entries.length - 1) expect(firstBreak(entries.toSpliced(i, 1))).toBeDefined();
    }
    expect(firstBreak(entries.toReversed())).toBeDefined();
  });
});

describe('a request that policy cannot judge in its time while it answers others', () => {
  const heavy = new Failure('pdp_too_heavy', 'Too heavy. Submit less.', { isTransient: true });
  const outage = new Failure('pdp_unavailable', 'OPA is down. Start it.', { isTransient: true });
  const next = (record: RequestRecord, failure: Failure) => {
    const result = putOff(record, failure, NOON);
    return result.kind === 'change' ? result.next : record;
  };

  it('waits a few times and then ends failed, with the cause and what to do', () => {
    let record = aRecord();
    for (let n = 0; n < 4; n++) {
      record = next(record, heavy);
      expect(record).toMatchObject({ status: 'pending', unjudged: n + 1, trouble: heavy.message });
    }
    expect(next(record, heavy)).toMatchObject({
      status: 'failed',
      resolution: { by: 'system', reason: 'Too heavy. Submit less.' },
    });
  });

  it('is not ended by an outage, however long', () => {
    let record = aRecord();
    for (let n = 0; n < 20; n++) record = next(record, outage);
    expect(record.status).toBe('pending');
    expect(record.unjudged).toBeUndefined();
  });
});
