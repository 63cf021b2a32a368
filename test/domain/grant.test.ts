// Grants: what they say follows from the record, what was signed holds, and anything else does not.
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantClaims, grantTerms, isGrantLive, signGrant, usesLeft } from '../../src/domain/grant.ts';
import { checkGrant, GRANT_TYPE, type GrantClaims, openGrant } from '../../src/domain/grant-claims.ts';
import { createGrantKey, publicKeysOf, readGrantKeys } from '../../src/domain/grant-keys.ts';
import { type RequestRecord, timestamp } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { submissionDigest } from '../../src/domain/submission.ts';
import { answer, aRecord, aSubmission, aVote, awaiting, NOON } from '../support/samples.ts';

const ISSUER = 'https://countersign.example.com';
const pem = createGrantKey();
const keys = readGrantKeys(pem, 'the test');
const open = (token: unknown) => openGrant(token, publicKeysOf(keys.jwks));

function approved(grant?: { ttl?: string; max_uses?: number }, submission?: Submission): RequestRecord {
  const decision = answer('allow', grant === undefined ? {} : { grant });
  const result = decided(
    aRecord({}, submission),
    { phase: 'submit', decision, policy: { revision: 'r7', decision_id: 'd-1' }, votes: [] },
    NOON,
  );
  if (result.kind !== 'change') throw new Error(result.kind);
  return result.next;
}

function claimsOf(record: RequestRecord): GrantClaims {
  const claims = grantClaims(record, ISSUER);
  if (claims === undefined) throw new Error('no claims');
  return claims;
}

const token = signGrant(claimsOf(approved()), keys.signing);

/** A token that is rightly signed, whatever it says. */
function signed(header: object, payload: string | Buffer = JSON.stringify(claimsOf(approved()))): string {
  const part = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64url');
  const text = `${part(JSON.stringify(header))}.${part(payload)}`;
  return `${text}.${sign(null, Buffer.from(text), keys.signing.privateKey).toString('base64url')}`;
}

const goodHeader = { alg: 'EdDSA', typ: GRANT_TYPE, kid: keys.signing.kid };

describe('what a grant says', () => {
  it('names exactly one action, for one service, under one policy', () => {
    const record = approved();
    expect(claimsOf(record)).toEqual({
      iss: ISSUER,
      aud: 'deployer',
      sub: 'alice',
      jti: record.id.replace('req_', 'grant_'),
      txn: record.id,
      iat: NOON / 1_000,
      exp: NOON / 1_000 + 300,
      authorization_details: [
        { type: 'countersign_action', actions: ['delete-resource'], identifier: 'b-42', resource_type: 'bucket' },
      ],
      binding_hash: submissionDigest(aSubmission()),
      policy: { revision: 'r7', decision_id: 'd-1' },
      approvals: [],
      max_uses: 1,
    });
  });

  it('tells who approved, on which surface, having seen which card, in which message', () => {
    const vote = aVote({ card: 'sha256:c0' });
    const decision = answer('allow', { votes: [{ by: vote.by.id, counted: true }] });
    const shown = { channel: 'C0APPROVALS', postingSince: timestamp(NOON), postedBy: 'eff', ts: '17.42' };
    const pending = awaiting({}, { cards: [shown] });
    const result = decided(pending, { phase: 'vote', decision, policy: {}, votes: [vote] }, NOON);
    if (result.kind !== 'change') throw new Error(result.kind);
    expect(claimsOf(result.next)).toMatchObject({
      approvals: [{ by: 'bob', account: 'slack:T0ACME:U0BOB', at: vote.at, surface: 'slack', card: 'sha256:c0' }],
      slack: { channel: 'C0APPROVALS', ts: '17.42' },
    });
  });

  it('names the actor and who answers for it', () => {
    const submission = aSubmission({ actor: { type: 'ai_agent', id: 'release-bot' } });
    const record = { ...approved(undefined, submission), owner: 'alice' };
    expect(claimsOf(record).act).toEqual({ sub: 'release-bot', type: 'ai_agent', owner: 'alice' });
  });

  it.each([
    ['as policy says', { ttl: '90s', max_uses: 3 }, {}, 90, 3],
    ['for five minutes, once, when policy says nothing', undefined, {}, 300, 1],
    ['for a minute in an emergency', undefined, { emergency: true } as const, 60, 1],
    ['for the time that policy says, also in an emergency', { ttl: '2m' }, { emergency: true } as const, 120, 1],
    ['for a whole second at least', { ttl: '1ms' }, {}, 1, 1],
  ])('lasts %s', (_how, grant, more, seconds, uses) => {
    const claims = claimsOf(approved(grant, aSubmission(more)));
    expect([claims.exp - claims.iat, claims.max_uses]).toEqual([seconds, uses]);
  });

  it('is the same whoever asks, and however often', () => {
    expect(signGrant(claimsOf(approved()), keys.signing)).toBe(token);
  });

  it.each([
    ['pending', awaiting()],
    ['denied', { ...approved(), status: 'denied' }],
    ['expired', { ...approved(), status: 'expired' }],
    ['cancelled', { ...approved(), status: 'cancelled' }],
    ['failed', { ...approved(), status: 'failed' }],
  ] as const)('there is none of a request that is %s', (_status, record) => {
    expect(grantTerms(record)).toBeUndefined();
    expect(grantClaims(record, ISSUER)).toBeUndefined();
    expect(isGrantLive(record, NOON)).toBe(false);
  });

  it('is handed out until it ends, is used up or is revoked', () => {
    const record = approved({ ttl: '5m', max_uses: 2 });
    expect(isGrantLive(record, NOON + 299_999)).toBe(true);
    expect(isGrantLive(record, NOON + 300_000)).toBe(false);
    expect([usesLeft(record), usesLeft({ ...record, uses: 2 })]).toEqual([2, 0]);
    expect(isGrantLive({ ...record, uses: 1 }, NOON)).toBe(true);
    expect(isGrantLive({ ...record, uses: 2 }, NOON)).toBe(false);
    expect(isGrantLive({ ...record, revoked: { by: 'bob', at: timestamp(NOON) } }, NOON)).toBe(false);
  });
});

describe('a grant', () => {
  it('opens to what was signed', () => {
    expect(open(token)).toEqual({ ok: true, claims: claimsOf(approved()) });
  });

  it('does not open when any one character is another', () => {
    for (let i = 0; i < token.length; i++) {
      const altered = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(open(altered), `at ${i}`).toMatchObject({ ok: false });
    }
  });

  it('does not open when characters are cut out or put in, wherever', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 4 }), (at, more) => {
        expect(open(token.slice(0, at) + token.slice(at + 1))).toMatchObject({ ok: false });
        expect(open(token.slice(0, at) + more + token.slice(at))).toMatchObject({ ok: false });
      }),
    );
  });

  it('never opens for any text that is none, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        expect(open(value)).toMatchObject({ ok: false });
      }),
    );
  });

  it.each([
    ['no algorithm', { ...goodHeader, alg: 'none' }, 'grant_wrong_algorithm'],
    ['a symmetric algorithm', { ...goodHeader, alg: 'HS256' }, 'grant_wrong_algorithm'],
    ['the type of an envelope', { ...goodHeader, typ: 'countersign-request' }, 'grant_wrong_type'],
    ['the type of any other token', { ...goodHeader, typ: 'JWT' }, 'grant_wrong_type'],
    ['another key', { ...goodHeader, kid: 'A'.repeat(43) }, 'grant_unknown_key'],
    ['a key name that is a path', { ...goodHeader, kid: '../../key' }, 'grant_malformed'],
    ['a key of its own', { ...goodHeader, jwk: keys.jwks.keys[0], kid: 'B'.repeat(43) }, 'grant_unknown_key'],
    ['an extension nobody knows', { ...goodHeader, crit: ['exp'] }, 'grant_malformed'],
  ])('is refused, though signed, with %s', (_what, header, code) => {
    expect(open(signed(goodHeader))).toMatchObject({ ok: true });
    expect(open(signed(header))).toEqual({ ok: false, code });
  });

  it.each([
    ['no JSON', 'yes'],
    ['no object', '"yes"'],
    ['no claims', '{}'],
    ['a digest of another kind', JSON.stringify({ ...claimsOf(approved()), binding_hash: 'md5:00' })],
    ['an end that is text', JSON.stringify({ ...claimsOf(approved()), exp: '9999999999' })],
    ['no end', JSON.stringify({ ...claimsOf(approved()), exp: undefined })],
    ['no uses', JSON.stringify({ ...claimsOf(approved()), max_uses: 0 })],
    ['two actions', JSON.stringify({ ...claimsOf(approved()), authorization_details: [1, 2] })],
  ])('is refused, though signed, with %s in it', (_what, payload) => {
    expect(open(signed(goodHeader, payload))).toEqual({ ok: false, code: 'grant_malformed' });
  });

  it('without a signature, or with that of another, is none', () => {
    const [head, body, signature] = token.split('.');
    const stranger = { kid: keys.signing.kid, privateKey: generateKeyPairSync('ed25519').privateKey };
    expect(open(`${head}.${body}.`)).toEqual({ ok: false, code: 'grant_malformed' });
    expect(open(signGrant(claimsOf(approved()), stranger))).toEqual({ ok: false, code: 'grant_forged' });
    const other = signGrant({ ...claimsOf(approved()), max_uses: 9 }, keys.signing).split('.')[1];
    expect(open(`${head}.${other}.${signature}`)).toEqual({ ok: false, code: 'grant_forged' });
  });
});

describe('F1: what a grant covers', () => {
  const claims = claimsOf(approved());
  const use = { audience: 'deployer', digest: submissionDigest(aSubmission()), now: NOON };

  it.each([
    ['this use', {}, undefined],
    ['another service', { audience: 'other' }, 'grant_foreign'],
    ['the instant of its end', { now: NOON + 300_000 }, 'grant_expired'],
    ['the instant before', { now: NOON + 299_999 }, undefined],
    ['another action', { digest: submissionDigest(aSubmission({ action: 'x' })) }, 'grant_altered'],
  ])('%s', (_what, patch, fault) => {
    expect(checkGrant(claims, { ...use, ...patch })).toBe(fault);
  });

  it('is nothing in which a byte of any value was changed', () => {
    const values = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(
        values,
        fc.string({ minLength: 1 }),
        fc.constantFrom('user', 'resource', 'params'),
        (params, added, where) => {
          const more = `${added}~`; // blanks around an id are no part of it
          fc.pre(!Object.hasOwn(params, '__proto__'));
          const submission = aSubmission({ params: params as never });
          const granted = claimsOf(approved(undefined, submission));
          const altered: Submission =
            where === 'params'
              ? { ...submission, params: { ...submission.params, [`${Object.keys(params).join('')}${more}`]: true } }
              : { ...submission, [where]: { ...submission[where], id: submission[where].id + more } };
          expect(checkGrant(granted, { ...use, digest: submissionDigest(submission) })).toBeUndefined();
          expect(checkGrant(granted, { ...use, digest: submissionDigest(altered) })).toBe('grant_altered');
        },
      ),
    );
  });
});
