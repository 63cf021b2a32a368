// Where an issuer publishes its keys (OpenID Connect Discovery 1.0, section 4), and the keys themselves, kept for a while.
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';

const discoverySchema = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

const TIMEOUT_MS = 5_000;
/** A key that nobody knows makes us look again, this often at most: strangers choose what they claim to be signed with. */
const COOLDOWN_MS = 10_000;
const KEPT_MS = 10 * 60_000;

export type IssuerKeys = { of(issuer: string): JWTVerifyGetKey };

export function createIssuerKeys(): IssuerKeys {
  const found = new Map<string, Promise<JWTVerifyGetKey>>();

  function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = found.get(issuer);
    if (known !== undefined) return known;
    const finding = discover(issuer);
    found.set(issuer, finding);
    finding.catch(() => found.delete(issuer)); // asked again next time
    return finding;
  }

  return { of: issuer => async (header, token) => (await keysOf(issuer))(header, token) };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const document = discoverySchema.safeParse(await documentOf(issuer));
  if (!document.success || document.data.issuer !== issuer || !isAsSafe(document.data.jwks_uri, issuer)) {
    const message = `What ${issuer} publishes about itself is not what OpenID Connect asks for. Check the issuer in the directory.`;
    throw new Failure('issuer_unusable', message, { isTransient: true });
  }
  const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: KEPT_MS };
  return createRemoteJWKSet(new URL(document.data.jwks_uri), options);
}

async function documentOf(issuer: string): Promise<unknown> {
  try {
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.json();
  } catch (cause) {
    throw issuerDown(issuer, cause);
  }
}

export function issuerDown(issuer: string, cause: unknown): Failure {
  const message = `The keys of ${issuer} cannot be had just now. Try again; if it stays so, check that this machine reaches it.`;
  return new Failure('issuer_unavailable', message, { cause, isTransient: true });
}

/** Over TLS, as the issuer itself; without only where the issuer is on this machine. */
function isAsSafe(address: string, issuer: string): boolean {
  return new URL(address).protocol === 'https:' || new URL(address).hostname === new URL(issuer).hostname;
}
