import { describe, expect, it } from 'vitest';
import { parseDecision } from '../../src/domain/decision.ts';
import { anApproval, answer, aVote, needsPeople } from '../support/samples.ts';

describe("policy's answer", () => {
  it('H9: require_approval opens a request, with the requirement whole', () => {
    expect(parseDecision(needsPeople(), [])).toEqual({ ok: true, decision: needsPeople() });
  });

  it('may be a bare boolean: true allows, false denies, and no vote counts', () => {
    expect(parseDecision(true, [])).toMatchObject({ ok: true, decision: { outcome: 'allow' } });
    expect(parseDecision(false, [aVote()])).toMatchObject({
      ok: true,
      decision: { outcome: 'deny', votes: [{ counted: false }] },
    });
  });

  it('may carry members that we do not know yet', () => {
    const decision = { ...answer('allow'), novelty: { x: 1 } };
    expect(parseDecision(decision, [])).toMatchObject({ ok: true, decision: { outcome: 'allow' } });
  });

  it.each(['allow', 'deny', 'error'] as const)('may have an approval beside %s, and it changes nothing', outcome => {
    const beside = { ...answer(outcome), approval: anApproval({ expires_in: '1s', self_approval: true }) };
    expect(parseDecision(beside, [])).toEqual({ ok: true, decision: answer(outcome) });
  });

  it.each([
    ['H4: {} from OPA executes nothing', {}],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'allow'],
    ['a number', 1],
    ['a list', [true]],
    ['an unknown outcome', { ...answer('allow'), outcome: 'allowed' }],
    ['another contract', { ...answer('allow'), contract: 2 }],
    ['no contract', { outcome: 'allow' }],
    ['allow with an approval beside it that is none', { ...answer('allow'), approval: { stages: [] } as never }],
    ['require_approval without an approval', { ...needsPeople(), approval: undefined }],
    ['no stages', needsPeople({ approval: anApproval({ stages: [] }) })],
    [
      'a stage nobody may approve (A3: an empty approver set approves nothing)',
      needsPeople({ approval: { stages: [{ id: 's', quorum: 1, have: 0, approvers: [] }] } }),
    ],
    [
      'a quorum of none',
      needsPeople({ approval: { stages: [{ id: 's', quorum: 0, have: 0, approvers: [{ type: 'user', id: 'a' }] }] } }),
    ],
    ['an expiry that is no duration', needsPeople({ approval: anApproval({ expires_in: 'soon' }) })],
    [
      'an approver of an unknown type',
      needsPeople({
        approval: { stages: [{ id: 's', quorum: 1, have: 0, approvers: [{ type: 'everyone' as never, id: 'x' }] }] },
      }),
    ],
  ])('that is unusable is never an allow: %s', (_what, result) => {
    const parsed = parseDecision(result, []);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.cause).not.toBe('');
  });

  it.each([
    ['one too few', []],
    [
      'one too many',
      [
        { by: 'slack:T0ACME:U0BOB', counted: true },
        { by: 'x', counted: true },
      ],
    ],
    ["somebody else's", [{ by: 'slack:T0ACME:U0CAROL', counted: true }]],
  ])('with verdicts that are %s is unusable', (_what, votes) => {
    expect(parseDecision(answer('allow', { votes }), [aVote()]).ok).toBe(false);
  });
});
