// What approvers let pass besides: no more than all of them wished.
import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../src/domain/record.ts';
import { timestamp } from '../../src/domain/record.ts';
import { standingGiven } from '../../src/domain/standing.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { anApproval, answer, aRecord, aVote, NOON } from '../support/samples.ts';

type Wish = { readonly duration: string; readonly uses: number } | undefined;

/** Approved by people who wished so for later requests, in this order. */
function approvedWith(wishes: readonly Wish[], patch: Partial<RequestRecord> = {}): RequestRecord {
  const people = ['bob', 'carol', 'dave'];
  return {
    ...aRecord(),
    status: 'approved',
    resolution: { by: 'people', at: timestamp(NOON) },
    approval: { ...anApproval(), standing: { max_duration: '2h', max_uses: 10 } },
    votes: wishes.map((standing, i) => ({
      ...aVote({ by: { id: `person:${people[i]}`, user: people[i] ?? '', groups: [], kind: 'member' } }),
      counted: true,
      ...(standing === undefined ? {} : { standing }),
    })),
    ...patch,
  };
}

describe('a standing approval', () => {
  it('is what the one approver wished', () => {
    expect(standingGiven(approvedWith([{ duration: '1h', uses: 5 }]))).toMatchObject({
      grantedBy: 'bob',
      maxUses: 5,
      expiresAt: timestamp(NOON + 3_600_000),
    });
  });

  it('of several approvers is the least that any of them wished', () => {
    const given = standingGiven(
      approvedWith([
        { duration: '2h', uses: 2 },
        { duration: '10m', uses: 9 },
      ]),
    );
    expect(given).toMatchObject({ grantedBy: 'bob', maxUses: 2, expiresAt: timestamp(NOON + 600_000) });
    expect(given?.givers).toEqual(['bob', 'carol']);
  });

  it('is none where one of them approved this request alone, whoever it was', () => {
    const wish = { duration: '1h', uses: 5 };
    expect(standingGiven(approvedWith([wish, undefined]))).toBeUndefined();
    expect(standingGiven(approvedWith([undefined, wish]))).toBeUndefined();
    expect(standingGiven(approvedWith([]))).toBeUndefined();
  });

  it.each<[string, readonly Wish[], readonly unknown[]]>([
    ['given where all wished it', [{ duration: '1h', uses: 5 }], [{ kind: 'standing' }]],
    [
      'said not to have come of it where somebody did not',
      [{ duration: '1h', uses: 5 }, undefined],
      [{ kind: 'remark_line', says: 'standing_not_granted' }],
    ],
    ['not spoken of where nobody did', [undefined, undefined], []],
  ])('is %s', (_what, wishes, told) => {
    const { resolution: _, ...open } = approvedWith(wishes, { status: 'pending' });
    const verdicts = open.votes.map(({ by }) => ({ by: by.id, counted: true }));
    const decision = { ...answer('allow'), votes: verdicts };
    const result = decided(open, { phase: 'vote', decision, policy: {}, votes: open.votes }, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    const ofStanding = result.effects.filter(effect => JSON.stringify(effect).includes('standing'));
    expect(ofStanding).toEqual(told);
  });

  it('does not hear whose vote did not count, for or against it', () => {
    const wish = { duration: '1h', uses: 5 };
    const [first, second] = approvedWith([wish, undefined]).votes;
    if (first === undefined || second === undefined) throw new Error('two votes were made');
    expect(standingGiven(approvedWith([], { votes: [first, { ...second, counted: false }] }))).toBeDefined();
    expect(standingGiven(approvedWith([], { votes: [{ ...first, counted: false }, second] }))).toBeUndefined();
  });

  it('never exceeds what policy offers by now', () => {
    const approval = { ...anApproval(), standing: { max_duration: '5m', max_uses: 1 } };
    expect(standingGiven(approvedWith([{ duration: '1h', uses: 5 }], { approval }))).toMatchObject({
      maxUses: 1,
      expiresAt: timestamp(NOON + 300_000),
    });
  });
});
