// Two witnesses of each decision: what agrees, what does not, and what only one of them knows.
import { describe, expect, it } from 'vitest';
import { EMPTY_CHAIN, link } from '../../src/domain/audit.ts';
import { corroborate, type OpaDecision } from '../../src/domain/corroboration.ts';

const at = '2026-11-24T12:00:00.000Z';
const { entries } = link('req_1', EMPTY_CHAIN, [
  { event: 'submitted', at },
  {
    event: 'decided',
    at,
    phase: 'submit',
    outcome: 'require_approval',
    policy: { revision: 'r-1', decision_id: 'd-1' },
  },
  { event: 'voted', at },
  { event: 'decided', at, phase: 'vote', outcome: 'allow', policy: { revision: 'r-1', decision_id: 'd-2' } },
  { event: 'redeemed', at, outcome: 'allow', policy: {} },
]);
const logged = (decision_id: string, more: Partial<OpaDecision> = {}): OpaDecision => ({
  ...{ decision_id, at, path: 'approvals/main/decision', outcome: 'allow', revision: 'r-1' },
  ...more,
});
const matches = (events: readonly OpaDecision[]) => corroborate(entries, events).map(({ match }) => match);

describe('a decision', () => {
  it('is matched when both tell the same', () => {
    expect(matches([logged('d-2'), logged('d-1', { outcome: 'require_approval' })])).toEqual([
      'matched',
      'matched',
      'only_ours', // policy answered without a decision id: nothing to join by
    ]);
  });

  it.each<[string, Partial<OpaDecision>]>([
    ['another outcome', { outcome: 'deny' }],
    ['another revision', { revision: 'r-0' }],
    ['no outcome', { outcome: undefined as never }],
  ])('differs when OPA logged %s', (_what, more) => {
    expect(matches([logged('d-2', more)])[1]).toBe('differs');
  });

  it('that we never recorded is only OPA’s, after ours and by time', () => {
    const timedOut = logged('d-9', { error: 'eval_cancel_error', at: '2026-11-24T12:00:02.000Z' });
    const found = corroborate(entries, [timedOut, logged('d-8', { at: '2026-11-24T12:00:01.000Z' })]);
    expect(found.map(({ match, opa }) => [match, opa?.decision_id])).toEqual([
      ['only_ours', undefined],
      ['only_ours', undefined],
      ['only_ours', undefined],
      ['only_opa', 'd-8'],
      ['only_opa', 'd-9'],
    ]);
  });

  it('of nobody is none', () => {
    expect(corroborate([], [])).toEqual([]);
  });
});
