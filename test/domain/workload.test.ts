// Which service a job is, by what its token says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleFor, type Token, type WorkloadRule, workloadOf } from '../../src/domain/workload.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';

const rule = (service: string, claims: WorkloadRule['claims'], more: Partial<WorkloadRule> = {}): WorkloadRule => ({
  service,
  issuer: GITHUB,
  audience: 'countersign',
  claims,
  shows: [],
  lifetimeMs: 3_600_000,
  isOnce: true,
  ...more,
});

const token = (claims: Token['claims'], more: Partial<Token> = {}): Token => ({
  issuer: GITHUB,
  audiences: ['countersign'],
  claims: { sub: 'repo:acme/shop:ref:refs/heads/main', repository: 'acme/shop', ref: 'refs/heads/main', ...claims },
  ...more,
});

const rules = [
  rule('deployer', { repository: ['acme/shop'], ref: ['refs/heads/main', 'refs/tags/v*'] }),
  rule('previewer', { repository: ['acme/shop'], ref: ['refs/pull/*'] }),
  rule('cluster', { sub: ['system:serviceaccount:prod:deployer'] }, { issuer: 'https://kubernetes.example' }),
];

describe('a token', () => {
  it.each([
    ['of the branch that the rule names', {}, 'deployer'],
    ['of a tag that begins as the rule says', { ref: 'refs/tags/v1.2' }, 'deployer'],
    ['of a pull request', { ref: 'refs/pull/7/merge' }, 'previewer'],
  ])('%s is that service', (_, claims, service) => {
    expect(ruleFor(rules, token(claims))).toMatchObject({ service });
  });

  it.each([
    ['of a fork', token({ repository: 'mallory/shop' }), 'workload_not_mapped', 'repository'],
    [
      'of a repository whose name only begins alike',
      token({ repository: 'acme/shop-evil' }),
      'workload_not_mapped',
      'repository',
    ],
    ['of another branch', token({ ref: 'refs/heads/evil' }), 'workload_not_mapped', 'ref'],
    ['without the claim', token({ ref: undefined }), 'workload_not_mapped', 'ref'],
    [
      'whose claim is a list that holds the right text',
      token({ ref: ['refs/heads/main'] }),
      'workload_not_mapped',
      'ref',
    ],
    ['for somebody else', token({}, { audiences: ['sts.amazonaws.com'] }), 'workload_wrong_audience', undefined],
    [
      'of an issuer without a rule',
      token({}, { issuer: 'https://gitlab.example' }),
      'workload_unknown_issuer',
      undefined,
    ],
    [
      'of an issuer that is written otherwise',
      token({}, { issuer: `${GITHUB}/` }),
      'workload_unknown_issuer',
      undefined,
    ],
  ])('%s is refused, and told what differs', (_, presented, code, detail) => {
    expect(ruleFor(rules, presented)).toMatchObject({ kind: 'refusal', code, ...(detail && { detail }) });
  });

  it('that fits rules of two services is neither', () => {
    const both = [...rules, rule('auditor', { repository: ['acme/*'] })];
    expect(ruleFor(both, token({}))).toMatchObject({ kind: 'refusal', code: 'workload_ambiguous' });
  });

  it('is let in by no rule whose claims it does not meet, whatever else it says', () => {
    const claims = fc.dictionary(fc.constantFrom('sub', 'repository', 'ref', 'environment'), fc.string());
    fc.assert(
      fc.property(claims, said => {
        const found = ruleFor(rules, { issuer: GITHUB, audiences: ['countersign'], claims: said });
        const isTrue = said.repository === 'acme/shop' && /^refs\/(heads\/main$|tags\/v|pull\/)/.test(said.ref ?? '');
        expect('service' in found).toBe(isTrue);
      }),
    );
  });

  it('shows what its rule is about and names, cut short, and nothing else', () => {
    const shown = rule('deployer', { repository: ['acme/shop'] }, { shows: ['run_id', 'nothing', 'list'] });
    const said = token({ run_id: 7, list: ['a'], secret: 'x', sub: 's'.repeat(999) });
    expect(workloadOf(shown, said)).toEqual({
      issuer: GITHUB,
      claims: { sub: 's'.repeat(300), repository: 'acme/shop', run_id: '7' },
    });
  });
});
