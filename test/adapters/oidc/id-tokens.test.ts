// ID tokens of an issuer that nobody here wrote: those in force, and those that somebody made up, kept or altered.
import { generateKeyPair, SignJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdTokens } from '../../../src/adapters/oidc/id-tokens.ts';

const issuing = new OAuth2Server();
const idTokens = createIdTokens();
let issuer: string;

beforeAll(async () => {
  await issuing.issuer.keys.generate('RS256');
  await issuing.start(0, '127.0.0.1');
  issuer = issuing.issuer.url ?? '';
});
afterAll(() => issuing.stop());

type Change = { readonly claims?: Record<string, unknown>; readonly header?: Record<string, unknown> };

async function issued({ claims = {}, header = {} }: Change = {}): Promise<string> {
  return issuing.issuer.buildToken({
    scopesOrTransform: (head, payload) => {
      Object.assign(head, header);
      Object.assign(payload, { sub: 'repo:acme/shop', aud: 'countersign', repository: 'acme/shop', ...claims });
    },
  });
}

const verified = (token: string) => idTokens.verified(token, [issuer]);
const inS = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it('of the issuer, in force, says what it says', async () => {
    expect(await verified(await issued())).toMatchObject({
      kind: 'token',
      issuer,
      audiences: ['countersign'],
      claims: { sub: 'repo:acme/shop', repository: 'acme/shop' },
      expiresAt: expect.any(Number),
    });
  });

  it('is told apart from every other, and is itself when it comes again', async () => {
    const fingerprint = async (token: string) => ((await verified(token)) as { fingerprint?: string }).fingerprint;
    const [one, other] = [await issued({ claims: { jti: 'a' } }), await issued({ claims: { jti: 'b' } })];
    expect(await fingerprint(one)).toBe(await fingerprint(one));
    expect(await fingerprint(one)).not.toBe(await fingerprint(other));
  });

  it.each<[string, () => Promise<string>, string]>([
    ['that is none', async () => 'not.a.token', 'workload_unreadable'],
    ['that is empty', async () => '', 'workload_unreadable'],
    [
      'of somebody whom nobody named',
      () => issued({ claims: { iss: 'https://evil.example' } }),
      'workload_unknown_issuer',
    ],
    ['whose time is over', () => issued({ claims: { exp: inS(-60), iat: inS(-120) } }), 'workload_expired'],
    ['that begins later', () => issued({ claims: { nbf: inS(600) } }), 'workload_expired'],
    ['that is from the future', () => issued({ claims: { iat: inS(600) } }), 'workload_expired'],
    [
      'that is good for years, and old',
      () => issued({ claims: { iat: inS(-90_000), exp: inS(90_000) } }),
      'workload_expired',
    ],
    ['without an end', () => issued({ claims: { exp: undefined } }), 'workload_expired'],
    ['that says of nobody what they are', () => issued({ claims: { sub: undefined } }), 'workload_expired'],
    [
      'that nobody signed (alg: none)',
      async () =>
        `${part({ alg: 'none' })}.${part({ iss: issuer, sub: 'x', aud: 'countersign', iat: inS(0), exp: inS(60) })}.`,
      'workload_bad_signature',
    ],
    [
      'that is signed with the public key as a shared secret (HS256)',
      async () => {
        const jwk = issuing.issuer.keys.toJSON()[0];
        return new SignJWT({ sub: 'x' })
          .setProtectedHeader({ alg: 'HS256', kid: jwk?.kid ?? '' })
          .setIssuer(issuer)
          .setAudience('countersign')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(Buffer.from(JSON.stringify(jwk)));
      },
      'workload_bad_signature',
    ],
    [
      'that is signed by somebody else under a name that the issuer’s key has',
      async () => {
        const { privateKey } = await generateKeyPair('RS256');
        const kid = issuing.issuer.keys.toJSON()[0]?.kid ?? '';
        return new SignJWT({ sub: 'x' })
          .setProtectedHeader({ alg: 'RS256', kid })
          .setIssuer(issuer)
          .setAudience('countersign')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(privateKey);
      },
      'workload_bad_signature',
    ],
    [
      'one byte of which was altered',
      async () => {
        const [head, body = '', signature] = (await issued()).split('.');
        const altered = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), repository: 'mallory/shop' };
        return [head, part(altered), signature].join('.');
      },
      'workload_bad_signature',
    ],
    ['of a key that was never there', () => issued({ header: { kid: 'gone' } }), 'workload_bad_signature'],
  ])('%s is refused', async (_, made, code) => {
    expect(await verified(await made())).toMatchObject({ kind: 'refusal', code });
  });

  it('of an issuer that does not answer is no refusal: it may be shown again', async () => {
    const gone = new OAuth2Server();
    await gone.issuer.keys.generate('RS256');
    await gone.start(0, '127.0.0.1');
    const url = gone.issuer.url ?? '';
    const token = await gone.issuer.buildToken();
    await gone.stop();
    await expect(idTokens.verified(token, [url])).rejects.toMatchObject({
      code: 'issuer_unavailable',
      isTransient: true,
    });
  });

  it('of an issuer that says it is another is not believed', async () => {
    const posing = new OAuth2Server();
    await posing.issuer.keys.generate('RS256');
    await posing.start(0, '127.0.0.1');
    const url = (posing.issuer.url ?? '').replace('127.0.0.1', 'localhost');
    posing.service.on('beforeResponse', () => {});
    const token = await posing.issuer.buildToken({
      scopesOrTransform: (_head, payload) => Object.assign(payload, { iss: `${url}/other` }),
    });
    await expect(idTokens.verified(token, [`${url}/other`])).rejects.toMatchObject({ isTransient: true });
    await posing.stop();
  });
});
