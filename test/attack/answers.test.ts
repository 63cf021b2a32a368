// Answers of policy, grants and settings that anybody may have written: understood exactly, or refused; never taken for a yes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/adapters/opa/answer.ts';
import { ConfigError, loadConfig, serverVariables } from '../../src/config.ts';
import { Failure } from '../../src/domain/failure.ts';
import { signGrant } from '../../src/domain/grant.ts';
import { openGrant } from '../../src/domain/grant-claims.ts';
import { createGrantKey, publicKeysOf, readGrantKeys } from '../../src/domain/grant-keys.ts';
import { altered, times, within } from './plan.ts';

const COUNT = times(1_500, 30_000);
const whole = {
  result: {
    contract: 1,
    outcome: 'require_approval',
    reasons: [{ code: 'needs_owner', message: 'two owners must approve', rule: 'storage.owners' }],
    approval: {
      stages: [{ id: 'owners', quorum: 2, have: 1, approvers: [{ type: 'group', id: 'db-owners' }] }],
      channel: 'C0APPROVALS',
      expires_in: '1h',
    },
    votes: [],
    obligations: [{ type: 'notify', channel: 'C0SEC' }],
    grant: { ttl: '5m', max_uses: 1 },
  },
  provenance: { version: '1.22.2', bundles: { '/policies': { revision: 'r1' } } },
  decision_id: 'd-1',
};

describe('an answer of policy', () => {
  it('is an allow only where the answer itself says so, in so many words', { timeout: within(COUNT) }, () => {
    fc.assert(
      fc.property(
        fc.oneof(altered(whole), fc.jsonValue()),
        fc.constantFrom(200, 200, 200, 400, 404, 429, 500, 503),
        (body, status) => {
          const read = answerTo(JSON.stringify(body) ?? '', status);
          if (read?.kind !== 'answer' || read.decision.outcome !== 'allow') return;
          const { result } = body as { result?: unknown };
          const said = result === true || (result as { outcome?: unknown } | null)?.outcome === 'allow';
          expect([said, status]).toEqual([true, 200]);
        },
      ),
      { numRuns: COUNT },
    );
  });

  it('that is no JSON is broken, whatever bytes it has', { timeout: within(COUNT) }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(answerTo(`x${text}`, 200)).toMatchObject({ kind: 'broken' });
      }),
      { numRuns: COUNT },
    );
  });

  /** What it is taken for; undefined for an outage, which decides nothing. */
  function answerTo(text: string, status: number) {
    try {
      return classify({ status, text }, [], 'approvals/main/decision');
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      return undefined;
    }
  }
});

describe('a grant', () => {
  const keys = readGrantKeys(createGrantKey(), 'this test');
  const digest = `sha256:${'0'.repeat(64)}` as const;
  const claims = {
    iss: 'http://countersign.test',
    aud: 'deployer',
    sub: 'alice',
    jti: 'grant_1',
    txn: 'req_1',
    iat: 1,
    exp: 2,
    authorization_details: [],
    binding_hash: digest,
    policy: {},
    approvals: [],
    max_uses: 1,
  };
  const grant = signGrant(claims as never, keys.signing);

  it('with one character more, less or other is none', { timeout: within(COUNT) }, () => {
    const forged = fc
      .tuple(fc.nat(grant.length), fc.nat(2), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, cut, put]) => grant.slice(0, at) + put + grant.slice(at + cut))
      .filter(token => token !== grant);
    fc.assert(
      fc.property(forged, token => {
        expect(openGrant(token, publicKeysOf(keys.jwks)).ok).toBe(false);
      }),
      { numRuns: COUNT },
    );
  });

  it('of any shape is none', { timeout: within(COUNT) }, () => {
    fc.assert(
      fc.property(fc.anything(), token => {
        expect(openGrant(token, publicKeysOf(keys.jwks)).ok).toBe(false);
      }),
      { numRuns: COUNT },
    );
  });

  it('signed by a key of ours for something else is none', { timeout: within(COUNT) }, () => {
    fc.assert(
      fc.property(
        altered(claims).filter(other => JSON.stringify(other) !== undefined),
        other => {
          const opened = openGrant(signGrant(other as never, keys.signing), publicKeysOf(keys.jwks));
          if (opened.ok) expect(opened.claims).toMatchObject({ txn: expect.any(String), exp: expect.any(Number) });
        },
      ),
      { numRuns: COUNT },
    );
  });
});

describe('settings', () => {
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      ' ',
      '0',
      '-1',
      '1e9',
      'true',
      'yes',
      'http://',
      'redis://x',
      'https://a@b',
      '1h',
      '99999999h',
      '{}',
    ),
  );
  const environment = fc.dictionary(fc.constantFrom(...Object.keys(serverVariables.shape)), values, { maxKeys: 12 });

  it('are taken whole or refused, each fault with its variable, and none quotes a value', {
    timeout: within(COUNT),
  }, () => {
    fc.assert(
      fc.property(environment, env => {
        try {
          expect(Object.isFrozen(loadConfig(env))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          const { faults } = error as ConfigError;
          for (const { variable, message } of faults) {
            expect(message, variable).toMatch(/^\S+ .+ \S/); // what is wrong, and the remedy
            const value = env[variable]?.trim() ?? '';
            if (value.length > 8 && !message.includes('…')) expect(message).not.toContain(value);
          }
        }
      }),
      { numRuns: COUNT },
    );
  });
});
