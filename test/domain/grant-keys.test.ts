// The keys that sign grants and open them: rotated, published by half, and refused where they are none.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { grantClaims, signGrant } from '../../src/domain/grant.ts';
import { type GrantClaims, openGrant } from '../../src/domain/grant-claims.ts';
import { createGrantKey, publicKeysOf, readGrantKeys } from '../../src/domain/grant-keys.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { answer, aRecord, NOON } from '../support/samples.ts';

const pem = createGrantKey();
const keys = readGrantKeys(pem, 'the test');

function claimsOfAnApproval(): GrantClaims {
  const evidence = { revision: 'r7', decision_id: 'd-1' };
  const result = decided(aRecord(), { phase: 'submit', decision: answer('allow'), policy: evidence, votes: [] }, NOON);
  const claims = result.kind === 'refusal' ? undefined : grantClaims(result.next, 'https://countersign.example.com');
  if (claims === undefined) throw new Error('no claims');
  return claims;
}

const token = signGrant(claimsOfAnApproval(), keys.signing);

describe('keys', () => {
  const older = createGrantKey();
  const olderKeys = readGrantKeys(older, 'the test');

  it('are rotated without refusing what is out: the first signs, all are believed', () => {
    const both = readGrantKeys(`# new\n${pem}\n# old\n${older}`, 'the test');
    expect(both.signing.kid).toBe(keys.signing.kid);
    expect(both.jwks.keys.map(({ kid }) => kid)).toEqual([keys.signing.kid, olderKeys.signing.kid]);
    const old = signGrant(claimsOfAnApproval(), olderKeys.signing);
    expect(openGrant(old, publicKeysOf(both.jwks)).ok).toBe(true);
    expect(openGrant(old, publicKeysOf(keys.jwks))).toEqual({ ok: false, code: 'grant_unknown_key' });
  });

  it('may be kept as the public half alone once they no longer sign', () => {
    const publicPem = olderPublic();
    const both = readGrantKeys(pem + publicPem, 'the test');
    expect(both.jwks.keys).toHaveLength(2);
    expect(() => readGrantKeys(publicPem, 'grant.pem')).toThrow(/grant\.pem holds no private key.*openssl genpkey/);
  });

  it('are published without the private half', () => {
    expect(Object.keys(keys.jwks.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  it.each([
    ['nothing', ''],
    ['no PEM', 'csq_abcd_xyz'],
    ['a broken block', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    [
      'a key of another kind',
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
  ])('are refused with the remedy, and without quoting them: %s', (_what, text) => {
    expect(() => readGrantKeys(text, 'GRANT_KEY_FILE')).toThrow(/^GRANT_KEY_FILE holds .*openssl genpkey/);
  });

  it('of a set that is none, or of other kinds, open nothing', () => {
    const [jwk] = keys.jwks.keys;
    for (const set of [
      undefined,
      null,
      'x',
      {},
      { keys: 'x' },
      { keys: [null, 1, { ...jwk, kty: 'RSA' }, { ...jwk, x: 'AA' }] },
    ]) {
      expect(openGrant(token, publicKeysOf(set))).toEqual({ ok: false, code: 'grant_unknown_key' });
    }
    // A name is what a key hashes to, not what a set calls it.
    const renamed = { keys: [{ ...olderKeys.jwks.keys[0], kid: keys.signing.kid }] };
    expect(openGrant(token, publicKeysOf(renamed))).toEqual({ ok: false, code: 'grant_unknown_key' });
  });

  function olderPublic(): string {
    const key = publicKeysOf(olderKeys.jwks)(olderKeys.signing.kid);
    if (key === undefined) throw new Error('no key');
    return key.export({ type: 'spki', format: 'pem' }).toString();
  }
});
