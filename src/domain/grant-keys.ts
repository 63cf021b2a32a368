// Keys of grants: one signs, several are believed, and their public halves are a JWK set that anybody may fetch.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Failure } from './failure.ts';

/** A public Ed25519 key (RFC 8037). `kid` is its RFC 7638 thumbprint, so that a key has one name everywhere. */
export type GrantJwk = {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
};

export type JwkSet = { readonly keys: readonly GrantJwk[] };

/** What signs. */
export type GrantKey = { readonly kid: string; readonly privateKey: KeyObject };

export type GrantKeys = { readonly signing: GrantKey; readonly jwks: JwkSet };

const BLOCK = /-----BEGIN (PRIVATE|PUBLIC) KEY-----[\s\S]+?-----END \1 KEY-----/g;

/** A fresh private key as PEM (PKCS #8), as `openssl genpkey -algorithm ed25519` makes it. */
export function createGrantKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads one or more PEM blocks. The first private key signs; grants by any of the others, private or public, are still
 * believed. `source` is where they came from, for the message of the failure, which quotes no key.
 */
export function readGrantKeys(pem: string, source: string): GrantKeys {
  const blocks = [...pem.matchAll(BLOCK)].map(([block, kind]) => ({ block, isPrivate: kind === 'PRIVATE' }));
  const privateKeys = blocks.filter(({ isPrivate }) => isPrivate).map(({ block }) => keyOf(block, true, source));
  const [privateKey] = privateKeys;
  if (privateKey === undefined) throw unusable(source, 'holds no private key');
  const publicKeys = blocks.map(({ block, isPrivate }) =>
    isPrivate ? createPublicKey(keyOf(block, true, source)) : keyOf(block, false, source),
  );
  const all = publicKeys.map(jwkOf);
  const signing = { kid: jwkOf(createPublicKey(privateKey)).kid, privateKey };
  return { signing, jwks: { keys: all.filter(({ kid }, i) => all.findIndex(other => other.kid === kid) === i) } };
}

/** Finds keys of a JWK set by name. Whatever is no Ed25519 signing key, or is named wrongly, is left out. */
export function publicKeysOf(set: unknown): (kid: string) => KeyObject | undefined {
  const { keys } = (typeof set === 'object' && set !== null ? set : {}) as { readonly keys?: unknown };
  const known = new Map<string, KeyObject>();
  for (const jwk of Array.isArray(keys) ? keys : []) {
    const { kty, crv, x } = (jwk ?? {}) as { readonly [member: string]: unknown };
    if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(x)) continue;
    known.set(thumbprint(x), createPublicKey({ key: { kty, crv, x }, format: 'jwk' }));
  }
  return kid => known.get(kid);
}

function jwkOf(publicKey: KeyObject): GrantJwk {
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint(x), use: 'sig', alg: 'EdDSA' };
}

function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

function keyOf(block: string, isPrivate: boolean, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = isPrivate ? createPrivateKey(block) : createPublicKey(block);
  } catch {
    throw unusable(source, 'holds a key that cannot be read');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw unusable(source, 'holds a key that is not Ed25519');
  return key;
}

function unusable(source: string, what: string): Failure {
  const remedy = 'Make one: openssl genpkey -algorithm ed25519 -out grant.pem';
  return new Failure('grant_key_unusable', `${source} ${what}. ${remedy}`, { isTransient: false });
}
