// ID tokens of other platforms, verified: signature by a key that the issuer publishes, and the times in it.
import { createHash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { refuse } from '../../domain/refusal.ts';
import type { IdTokens, VerifiedToken } from '../../flow/ports.ts';
import { createIssuerKeys, issuerDown } from './issuer-keys.ts';

/** Signatures by a key pair only: whoever verifies must not be able to sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_S = 30;
const OLDEST = '24h';

export function createIdTokens(): IdTokens {
  const keys = createIssuerKeys();
  return {
    async verified(token, issuers) {
      const claimed = issuerIn(token);
      if (claimed === undefined) return refuse('workload_unreadable');
      // Only of issuers that the directory names are keys looked for anywhere.
      if (!issuers.includes(claimed)) return refuse('workload_unknown_issuer');
      try {
        const { payload } = await jwtVerify(token, keys.of(claimed), {
          issuer: claimed,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_S,
          maxTokenAge: OLDEST,
          requiredClaims: ['exp', 'iat', 'sub', 'aud'],
        });
        return verifiedToken(token, claimed, payload);
      } catch (error) {
        return refusalOf(error, claimed);
      }
    },
  };
}

function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function verifiedToken(token: string, issuer: string, payload: JWTPayload): VerifiedToken {
  const { iss: _, aud = [], exp = 0, jti, ...claims } = payload;
  return {
    kind: 'token',
    issuer,
    audiences: typeof aud === 'string' ? [aud] : aud,
    claims,
    expiresAt: exp * 1_000,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([issuer, jti ?? token]), 'utf8')
      .digest('hex'),
  };
}

function refusalOf(error: unknown, issuer: string) {
  if (error instanceof errors.JWTExpired) return refuse('workload_expired');
  if (error instanceof errors.JWTClaimValidationFailed) return refuse('workload_expired');
  const isForged =
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed;
  if (isForged) return refuse('workload_bad_signature');
  const isBroken =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported;
  if (isBroken) return refuse('workload_unreadable');
  throw issuerDown(issuer, error);
}
