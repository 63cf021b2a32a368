// Redeeming and revoking, step by step: each guard has a case in which it refuses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAlarm } from '../../src/domain/alarm.ts';
import { grantClaims } from '../../src/domain/grant.ts';
import type { GrantClaims } from '../../src/domain/grant-claims.ts';
import { type RequestRecord, timestamp } from '../../src/domain/record.ts';
import { refuse } from '../../src/domain/refusal.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { lapsed, redeemable, redeemed, redeemRefused, revoked } from '../../src/domain/steps/redeemed.ts';
import { submissionDigest } from '../../src/domain/submission.ts';
import { anApproval, answer, aRecord, aSubmission, awaiting, NOON, needsPeople } from '../support/samples.ts';

function approved(maxUses = 1): RequestRecord {
  const decision = answer('allow', { grant: { ttl: '5m', max_uses: maxUses } });
  const result = decided(aRecord(), { phase: 'submit', decision, policy: {}, votes: [] }, NOON);
  if (result.kind !== 'change') throw new Error(result.kind);
  return result.next;
}

const digest = submissionDigest(aSubmission());
const use = { service: 'deployer', digest, key: 'use-1' };
const claims = grantClaims(approved(), 'http://here') as GrantClaims;
const allowed = { ...use, decision: answer('allow'), policy: { revision: 'r8' } };

function counted(record: RequestRecord, key = 'use-1'): RequestRecord {
  const result = redeemed(record, { ...allowed, key }, NOON);
  if (result.kind !== 'change') throw new Error(result.kind);
  return result.next;
}

describe('F6: a use is refused before policy is asked', () => {
  it.each<[string, Partial<RequestRecord>, Partial<typeof use>, Partial<GrantClaims>, number, string | undefined]>([
    ['not at all', {}, {}, {}, 0, undefined],
    ['when the request is not approved', { status: 'denied' }, {}, {}, 0, 'not_approved'],
    ['when the grant is of another request', {}, {}, { txn: 'req_other' }, 0, 'not_approved'],
    ['when another service presents it', {}, { service: 'other' }, {}, 0, 'grant_foreign'],
    ['when it was given to another service', {}, {}, { aud: 'other' }, 0, 'grant_foreign'],
    ['when it has ended', {}, {}, {}, 300_000, 'grant_expired'],
    ['when the record says that it has, whatever the token says', {}, {}, { exp: 1e10 }, 300_000, 'grant_expired'],
    ['when the action is another', {}, { digest: `sha256:${'0'.repeat(64)}` }, {}, 0, 'grant_altered'],
    ['when the record is of another action', { digest: `sha256:${'1'.repeat(64)}` }, {}, {}, 0, 'grant_altered'],
    ['when it was revoked', { revoked: { by: 'bob', at: timestamp(NOON) } }, {}, {}, 0, 'grant_revoked'],
    ['when it is used up', { uses: 1 }, {}, {}, 0, 'grant_used_up'],
  ])('%s', (_when, record, attempt, said, laterMs, code) => {
    const result = redeemable(
      { ...approved(), ...record },
      { ...claims, ...said },
      { ...use, ...attempt },
      NOON + laterMs,
    );
    expect(result?.code).toBe(code);
  });

  it('but a repeat of the last use, whose answer was lost, may be judged again', () => {
    const record = counted(approved());
    expect(redeemable(record, claims, use, NOON)).toBeUndefined();
    expect(redeemable(record, claims, { ...use, key: 'use-2' }, NOON)?.code).toBe('grant_used_up');
  });

  it('is never asked about a request that is pending', () => {
    expect(redeemable(awaiting(), claims, use, NOON)?.code).toBe('not_approved');
  });
});

describe('a use that policy judges', () => {
  it('is counted and written down, and the request stays as it was decided', () => {
    const before = approved();
    const result = redeemed(before, allowed, NOON + 1_000);
    if (result.kind !== 'change') throw new Error(result.kind);
    expect(result.next).toMatchObject({
      status: 'approved',
      uses: 1,
      decision: before.decision,
      version: before.version + 1,
    });
    expect(result.entries).toMatchObject([
      { event: 'redeemed', use: 1, key: 'use-1', digest, evidence: { policy: { revision: 'r8' } } },
    ]);
    expect(result.effects).toEqual([]);
  });

  it('is told below the card to whoever approved, the first time', () => {
    const before = { ...approved(2), approval: anApproval() };
    const effects = (record: RequestRecord, key: string) => {
      const result = redeemed(record, { ...allowed, key }, NOON);
      return result.kind === 'change' ? result.effects : [];
    };
    expect(effects(before, 'one')).toEqual([{ kind: 'card' }, { kind: 'remark_line', says: 'redeemed' }]);
    expect(effects(counted(before, 'one'), 'two')).toEqual([{ kind: 'card' }]); // nothing is left to take back
  });

  it.each([
    ['denies', answer('deny', { reasons: [{ code: 'frozen', message: 'Frozen' }] }), /now denies this: Frozen/],
    ['wants people', needsPeople(), /more approval than was given: a bucket owner must approve/],
    ['is broken', answer('error'), /broken/],
    ['obliges to what nobody can do', answer('allow', { obligations: [{ type: 'sing' }] }), /obliges to "sing"/],
  ])('I1: is refused when policy now %s', (_how, decision, words) => {
    const result = redeemed(approved(), { ...allowed, decision }, NOON);
    expect(result).toMatchObject({ kind: 'refusal', code: 'policy_changed', detail: expect.stringMatching(words) });
  });

  it('is refused to a request without a reason when policy has come to require one', () => {
    const { reason: _none, ...submission } = aSubmission();
    const record = { ...approved(), submission };
    const decision = answer('allow', { obligations: [{ type: 'require_reason' }] });
    expect(redeemed(record, { ...allowed, decision }, NOON)).toMatchObject({ code: 'policy_changed' });
    expect(redeemed(approved(), { ...allowed, decision }, NOON).kind).toBe('change');
  });

  it('is one use however often it is repeated, and refused if policy changed between', () => {
    const record = counted(approved(3));
    expect(redeemed(record, allowed, NOON)).toEqual({ kind: 'unchanged', record });
    expect(redeemed(record, { ...allowed, decision: answer('deny') }, NOON)).toMatchObject({ code: 'policy_changed' });
  });

  it('never leaves more uses than policy granted, in whatever order keys come', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(key, { maxLength: 12 }), (maxUses, tries) => {
        let record = approved(maxUses);
        const wide = grantClaims(record, 'http://here') as GrantClaims;
        const yes = new Set<string>();
        for (const attempt of tries) {
          if (redeemable(record, wide, { ...use, key: attempt }, NOON) !== undefined) continue;
          const result = redeemed(record, { ...allowed, key: attempt }, NOON);
          if (result.kind === 'change') record = result.next;
          yes.add(attempt);
        }
        expect(yes.size).toBe(Math.min(maxUses, new Set(tries).size));
        expect(record.uses ?? 0).toBe(yes.size);
      }),
    );
  });
});

describe('a refusal', () => {
  it('is written into the chain and uses nothing up', () => {
    const before = approved();
    const result = redeemRefused(before, refuse('policy_changed', before, 'it now denies this'), use, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    expect(result.entries).toMatchObject([{ event: 'redeem_refused', code: 'policy_changed', key: 'use-1', digest }]);
    const { refusedUses: _, ...next } = result.next;
    expect(next).toEqual({ ...before, version: before.version + 1, audit: result.next.audit });
  });
});

it('a refusal says what policy answered, and to which question, where it was asked', () => {
  const before = approved();
  const policy = { revision: 'r8', decision_id: 'd-8', input_digest: 'sha256:8' };
  const heard = { ...use, answered: 'deny', policy } as const;
  const result = redeemRefused(before, refuse('policy_changed', before, 'it now denies this'), heard, NOON);
  if (result.kind !== 'change') throw new Error(result.kind);
  expect(result.entries).toMatchObject([{ event: 'redeem_refused', answered: 'deny', evidence: { policy } }]);
});

describe('revoking', () => {
  it('voids also what is used up: the last use, sent again because its answer was lost, is no yes any more', () => {
    const used = counted(approved(1));
    expect(redeemable(used, claims, use, NOON)).toBeUndefined();
    const result = revoked(used, { by: 'bob', evidence: {} }, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    expect(redeemable(result.next, claims, use, NOON)).toMatchObject({ code: 'grant_revoked' });
  });

  it('voids what is left, says who and why, and happens once', () => {
    const evidence = { via: { transport: 'api_key', api_key: 'k1' } } as const;
    const result = revoked(approved(2), { by: 'bob', reason: 'the release was called off', evidence }, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    const revocation = { by: 'bob', at: timestamp(NOON), reason: 'the release was called off' };
    expect(result.next).toMatchObject({ status: 'approved', revoked: revocation });
    expect(result.entries).toMatchObject([{ event: 'revoked', ...revocation, evidence }]);
    expect(revoked(result.next, { by: 'carol', evidence: {} }, NOON)).toMatchObject({ kind: 'unchanged' });
  });

  it.each(['pending', 'denied', 'expired', 'cancelled', 'failed'] as const)(
    'is refused to a request that is %s',
    status => {
      expect(revoked({ ...approved(), status }, { by: 'bob', evidence: {} }, NOON)).toMatchObject({
        code: 'not_approved',
      });
    },
  );
});

describe('an approval that is never used', () => {
  const asked = { approval: anApproval() };
  const over = NOON + 300_000;

  it('is looked at once when its time is over, and is then told below its card', () => {
    const record = { ...approved(), ...asked };
    expect(nextAlarm(record)).toEqual({ at: over, kind: 'lapse' });
    expect(lapsed(record, over - 1)).toMatchObject({ kind: 'unchanged' });
    const result = lapsed(record, over);
    expect(result).toMatchObject({
      kind: 'change',
      entries: [{ event: 'lapsed', until: timestamp(over) }],
      effects: [{ kind: 'card' }, { kind: 'remark_line', says: 'lapsed' }],
    });
    if (result.kind === 'change') expect(nextAlarm(result.next)).toBeUndefined();
  });

  it.each<[string, Partial<RequestRecord>]>([
    ['used', { uses: 1 }],
    ['taken back', { revoked: { by: 'bob', at: timestamp(NOON) } }],
    ['told already', { lapsedAt: timestamp(over) }],
    ['denied', { status: 'denied' }],
  ])('is nothing to wake for where it was %s', (_what, patch) => {
    const record = { ...approved(), ...asked, ...patch };
    expect(nextAlarm(record)).toBeUndefined();
    expect(lapsed(record, over)).toMatchObject({ kind: 'unchanged' });
  });

  it('is nothing to wake for where nobody was asked', () => {
    expect(nextAlarm(approved())).toBeUndefined();
  });
});

it('a use that is refused is told once for each cause, whatever a service tries', () => {
  const told = (record: RequestRecord, code: 'grant_expired' | 'policy_changed', n: number) => {
    const result = redeemRefused(record, refuse(code, record), { ...use, key: `k${n}` }, NOON);
    return { record: result.next, lines: result.effects.filter(({ kind }) => kind === 'remark_line').length };
  };
  let record: RequestRecord = { ...approved(), approval: anApproval() };
  let lines = 0;
  for (let n = 0; n < 20; n++) {
    const one = told(record, n % 2 === 0 ? 'grant_expired' : 'policy_changed', n);
    record = one.record;
    lines += one.lines;
  }
  expect(lines).toBe(2);
  expect(record.refusedUses?.map(({ code }) => code)).toEqual(['grant_expired', 'policy_changed']);
});
