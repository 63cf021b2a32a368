// What a service does with its grant: present it when it acts, or look at one offline.
import type { Digest } from '../domain/canonical.ts';
import { checkGrant, type GrantClaims, openGrant } from '../domain/grant-claims.ts';
import { type JwkSet, publicKeysOf } from '../domain/grant-keys.ts';
import { present } from '../domain/present.ts';
import { type RefusalCode, refusalSentence, refuse } from '../domain/refusal.ts';
import { type Submission, submissionDigest } from '../domain/submission.ts';
import type { ActionRequest } from './countersign.ts';
import { GrantRefused, Rejected, Unintelligible, Unreachable } from './errors.ts';
import { jsonOf } from './json.ts';

/** A use that was counted: act now, exactly so, once. */
export type Redeemed = {
  /** The request. */
  readonly id: string;
  readonly digest: string;
  readonly uses: number;
  readonly usesLeft: number;
  /** Which policy allowed it just now. */
  readonly policy: { readonly revision?: string; readonly decision_id?: string };
};

/** What is about to be done: the request as it would be submitted, or its digest. */
export type AboutToDo = ActionRequest | Digest;

export type VerifyOptions = {
  /** The key set, or where it is: `https://<countersign>/.well-known/jwks.json`. */
  readonly jwks: JwkSet | string;
  /** The service that must have been given it; without it any. */
  readonly audience?: string;
  /** Who must have issued it; without it whoever holds one of the keys. */
  readonly issuer?: string;
  /** What must have been approved; without it anything. */
  readonly action?: AboutToDo;
  /** Milliseconds since 1970; this machine's clock by default. */
  readonly now?: number;
};

/**
 * Verifies a grant offline and gives what it says. Throws `GrantRefused` when it does not hold, and `Unreachable` when the
 * key set cannot be fetched. A grant that holds may be used up or revoked, and policy may have changed: only `redeem` is yes.
 */
export async function verify(grant: string, options: VerifyOptions): Promise<GrantClaims> {
  const { jwks, audience, issuer, action, now = Date.now() } = options;
  const opened = openGrant(grant, publicKeysOf(typeof jwks === 'string' ? await fetchKeys(jwks) : jwks));
  if (!opened.ok) throw refused(opened.code);
  const { claims } = opened;
  if (issuer !== undefined && claims.iss !== issuer) throw refused('grant_foreign_issuer');
  const fault = checkGrant(claims, {
    now,
    ...present({ audience }),
    ...(action === undefined ? {} : { digest: digestOfAction(action) }),
  });
  if (fault !== undefined) throw refused(fault);
  return claims;
}

export function digestOfAction(action: AboutToDo): Digest {
  // As JSON would carry it: a member that is undefined is no member.
  return typeof action === 'string' ? action : submissionDigest(JSON.parse(jsonOf(action)) as Submission);
}

/** Reads what came back from a redemption: a yes to something else is no yes. */
export function readRedeemed(value: unknown, digest: Digest): Redeemed {
  const answer = (typeof value === 'object' && value !== null ? value : {}) as { readonly [member: string]: unknown };
  const { id, uses, uses_left: usesLeft, policy } = answer;
  if (typeof id !== 'string' || typeof uses !== 'number' || typeof usesLeft !== 'number') {
    throw new Unintelligible('it is not a redemption');
  }
  if (answer.digest !== digest) throw new Unintelligible('it is about another action');
  return { id, digest, uses, usesLeft, policy: (policy ?? {}) as Redeemed['policy'] };
}

/** A refusal is an answer of its own kind: approved, and still not to be done. */
export function asGrantRefused(error: unknown): unknown {
  if (!(error instanceof Rejected) || (error.status !== 403 && error.code !== 'unknown_request')) return error;
  return new GrantRefused(error.code, 'The grant was not redeemed.', error.remedy);
}

export function noGrant(): GrantRefused {
  const remedy =
    'Read the request again over HTTP; if it has none, it was used, revoked or has expired: submit it anew.';
  return new GrantRefused('no_grant', 'There is no grant.', remedy);
}

function refused(code: RefusalCode): GrantRefused {
  return new GrantRefused(code, 'The grant does not hold.', refusalSentence(refuse(code)));
}

async function fetchKeys(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    if (answer.ok) return await answer.json();
  } catch (cause) {
    throw new Unreachable(url, { cause });
  }
  throw new Unintelligible('it is not a key set');
}
