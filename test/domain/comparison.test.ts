// Looser or tighter: the order of answers, as a table, and what holds for any two of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, type Difference, type Ruling } from '../../src/domain/comparison.ts';
import type { Approval, Decision, Stage } from '../../src/domain/decision.ts';
import { anApproval, answer, needsPeople } from '../support/samples.ts';

const says = (decision: Decision): Ruling => ({ kind: 'answer', decision });
const allow = says(answer('allow'));
const deny = says(answer('deny'));
const error = says(answer('error'));
const broken: Ruling = { kind: 'broken', code: 'pdp_eval_error' };
const nothing: Ruling = { kind: 'broken', code: 'pdp_undefined' };
const people = (patch: Partial<Approval> = {}, more: Partial<Decision> = {}) =>
  says(needsPeople({ approval: anApproval(patch), ...more }));

const owners: Stage = anApproval().stages[0] as Stage;
const carol = { type: 'user', id: 'carol' } as const;
const stage = (patch: Partial<Stage>) => people({ stages: [{ ...owners, ...patch }] });
const two = people({ stages: [owners, { ...owners, id: 'privacy', approvers: [carol] }] });
const duty = (type: string) => says(answer('allow', { obligations: [{ type }] }));
const judged = (counted: boolean) => people({}, { votes: [{ by: 'slack:T:U1', counted }] });

const table: [string, Ruling, Ruling, Difference][] = [
  ['the same denial', deny, deny, 'same'],
  ['a denial that becomes people', deny, people(), 'loosened'],
  ['a denial that becomes an allow', deny, allow, 'loosened'],
  ['people that become an allow', people(), allow, 'loosened'],
  ['an allow that becomes people', allow, people(), 'tightened'],
  ['an allow that becomes a denial', allow, deny, 'tightened'],
  ['people that become a denial', people(), deny, 'tightened'],
  ['an error that is mended to an allow', error, allow, 'loosened'],
  ['an error that is mended to a denial: nothing ran, nothing will', error, deny, 'same'],
  ['an allow that becomes an error', allow, error, 'broken'],
  ['a denial that becomes an error', deny, error, 'broken'],
  ['an error that stays one', error, error, 'same'],
  ['an error that becomes unusable', error, broken, 'same'],
  ['an allow that cannot be evaluated', allow, broken, 'broken'],
  ['an allow without an answer', allow, nothing, 'undefined'],
  ['a denial without an answer', deny, nothing, 'undefined'],
  ['an unusable answer that becomes an allow', broken, allow, 'loosened'],
  ['the same people', people(), people(), 'same'],
  ['other words', people(), stage({ title: 'Those who own it' }), 'same'],
  ['another channel and severity', people(), people({ channel: 'C0OTHER', severity: 'low' }), 'same'],
  ['another name for the same stage', people(), stage({ id: 'keepers' }), 'same'],
  ['a greater quorum', people(), stage({ quorum: 2 }), 'tightened'],
  ['a smaller quorum', stage({ quorum: 2 }), people(), 'loosened'],
  ['one more who may', people(), stage({ approvers: [...owners.approvers, carol] }), 'loosened'],
  ['one fewer who may', stage({ approvers: [...owners.approvers, carol] }), people(), 'tightened'],
  ['somebody else instead', people(), stage({ approvers: [carol] }), 'changed_approvers'],
  [
    'more of them, of more people',
    people(),
    stage({ quorum: 2, approvers: [...owners.approvers, carol] }),
    'changed_approvers',
  ],
  ['a further stage', people(), two, 'tightened'],
  ['a stage less', two, people(), 'loosened'],
  ['self-approval', people(), people({ self_approval: true }), 'loosened'],
  ['a requester whom nobody knows', people(), people({ unknown_requester: true }), 'loosened'],
  ['only requesters who are known', people({ unknown_requester: true }), people(), 'tightened'],
  ['no self-approval any more', people({ self_approval: true }), people(), 'tightened'],
  ['one click for all stages', two, people({ ...approvalOf(two), one_click_fills_all: true }), 'loosened'],
  ['somebody excluded', people(), people({ excluded: [{ user: 'dave', code: 'author' }] }), 'tightened'],
  ['fewer surfaces', people(), people({ surfaces: ['cli'] }), 'tightened'],
  ['a reason for every answer', people(), people({ reason_required: 'always' }), 'tightened'],
  ['a reason for denials', people(), people({ reason_required: 'on_deny' }), 'same'],
  ['standing approvals on offer', people(), people({ standing: { max_duration: '1h', max_uses: 3 } }), 'loosened'],
  ['escalation to more people', people(), people({ escalate: { after: '5m', approvers: [carol] } }), 'loosened'],
  ['a vote that no longer counts', judged(true), judged(false), 'tightened'],
  ['a vote that counts now', judged(false), judged(true), 'loosened'],
  ['a duty more', allow, duty('after_review'), 'tightened'],
  ['a duty less', duty('after_review'), allow, 'loosened'],
  ['a channel that is told', allow, duty('notify'), 'same'],
];

function approvalOf(ruling: Ruling): Approval {
  if (ruling.kind !== 'answer' || ruling.decision.approval === undefined) throw new Error('no people in it');
  return ruling.decision.approval;
}

describe('compare', () => {
  it.each(table)('%s', (_what, base, other, difference) => {
    expect(compare(base, other)).toBe(difference);
  });

  const ruling = fc.constantFrom(...table.flatMap(([, base, other]) => [base, other]));

  it('finds no difference between an answer and itself', () => {
    fc.assert(
      fc.property(ruling, any => {
        expect(compare(any, any)).toBe('same');
      }),
    );
  });

  it('says of the way back the opposite, wherever both answer', () => {
    const back: Partial<Record<Difference, Difference>> = {
      same: 'same',
      loosened: 'tightened',
      tightened: 'loosened',
      changed_approvers: 'changed_approvers',
    };
    fc.assert(
      fc.property(ruling, ruling, (a, b) => {
        const [there, home] = [compare(a, b), compare(b, a)];
        if (back[there] !== undefined && home !== 'broken' && home !== 'undefined') expect(home).toBe(back[there]);
      }),
    );
  });

  it('never calls same what lets something run that did not', () => {
    fc.assert(
      fc.property(ruling, other => {
        if (other.kind === 'answer' && other.decision.outcome === 'allow') {
          expect(compare(deny, other)).toBe('loosened');
          expect(compare(people(), other)).toBe('loosened');
        }
      }),
    );
  });
});
