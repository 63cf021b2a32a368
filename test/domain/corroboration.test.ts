// Two witnesses of each decision: what agrees, what does not, and what only one of them knows.
import { describe, expect, it } from 'vitest';
import { link } from '../../src/domain/audit/chain.ts';
import type { ChainedEvent } from '../../src/domain/audit/events.ts';
import { EMPTY_CHAIN } from '../../src/domain/audit/head.ts';
import type { OpaDecision } from '../../src/domain/corroborated.ts';
import { corroborate } from '../../src/domain/corroboration.ts';

const at = '2026-11-24T12:00:00.000Z';
const answered = { event: 'decided' as const, at, reasons: [], verdicts: [] };
const by = (decision_id: string) => ({ policy: { revision: 'r-1', decision_id } });
const entriesOf = (events: readonly ChainedEvent[]) => link('req_1', EMPTY_CHAIN, events).entries;
const vote = { key: 'click-1', vote: 'approve', surface: 'slack' } as const;
const use = { key: 'use-1', digest: 'sha256:0' as const, reasons: [], verdicts: [] };
const entries = entriesOf([
  { event: 'delayed', at, trouble: 'OPA is down' },
  { ...answered, phase: 'submit', outcome: 'require_approval', evidence: by('d-1') },
  { event: 'voted', at, ...vote, counted: true, evidence: {} },
  { ...answered, phase: 'vote', outcome: 'allow', evidence: by('d-2') },
  { event: 'redeemed', at, ...use, use: 1, outcome: 'allow', evidence: {} },
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

  it('is what policy said, not what came of it: an allow that could not be carried out was still an allow', () => {
    const unmet: ChainedEvent = {
      ...answered,
      phase: 'submit',
      outcome: 'error',
      answered: 'allow',
      evidence: by('d-1'),
    };
    expect(corroborate(entriesOf([unmet]), [logged('d-1')])).toMatchObject([
      { match: 'matched', ours: { outcome: 'allow' } },
    ]);
    expect(corroborate(entriesOf([unmet]), [logged('d-1', { outcome: 'error' })])).toMatchObject([
      { match: 'differs' },
    ]);
  });

  it('about an answer that does not count, or a use that is refused, is known too', () => {
    const refused = { event: 'refused', at, ...vote, code: 'not_eligible', answered: 'require_approval' } as const;
    const unused = { event: 'redeem_refused', at, key: 'use-1', code: 'policy_changed', answered: 'deny' } as const;
    const both = entriesOf([
      { ...refused, evidence: by('d-1') },
      { ...unused, evidence: by('d-2') },
    ]);
    const opa = [logged('d-1', { outcome: 'require_approval' }), logged('d-2', { outcome: 'deny' })];
    expect(corroborate(both, opa)).toMatchObject([
      { match: 'matched', ours: { phase: 'vote' } },
      { match: 'matched', ours: { phase: 'redeem' } },
    ]);
    expect(
      corroborate(entriesOf([{ event: 'refused', at, ...vote, code: 'self_approval', evidence: {} }]), []),
    ).toEqual([]);
  });

  it('of nobody is none', () => {
    expect(corroborate([], [])).toEqual([]);
  });
});
