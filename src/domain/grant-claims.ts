// What a grant says, and opening one that anybody may have written. The SDK has this file too: it needs nothing but Node.
import type { KeyObject } from 'node:crypto';
import type { Digest } from './canonical.ts';
import { isSignedBy, type JwsFault, readJws } from './jws.ts';

export const GRANT_TYPE = 'countersign-grant+jwt';
export const MAX_GRANT_CHARS = 65_536;
const KID = /^[A-Za-z0-9_-]{43}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * One person's approval: who, with which account, when, where, and the hash of the card they were shown; where it was
 * given before, with another request, the standing approval that kept it.
 */
export type GrantApproval = {
  readonly by: string;
  readonly account: string;
  readonly at: string;
  readonly surface: string;
  readonly card?: string;
  readonly standing?: string;
};

/** What may be done (RFC 9396); the exact parameters are bound by `binding_hash`. */
export type GrantedAction = {
  readonly type: 'countersign_action';
  readonly actions: readonly [string];
  readonly identifier: string;
  readonly resource_type: string;
};

/** What a grant says. Members that a later version adds are tolerated. */
export type GrantClaims = {
  readonly iss: string;
  /** The service that may redeem it. */
  readonly aud: string;
  /** Whose authority is used. */
  readonly sub: string;
  /** Who acts on their behalf (RFC 8693). */
  readonly act?: { readonly sub: string; readonly type: string; readonly owner?: string };
  readonly jti: string;
  /** The request. */
  readonly txn: string;
  /** Seconds since 1970, as `exp`. */
  readonly iat: number;
  readonly exp: number;
  readonly authorization_details: readonly [GrantedAction];
  /** The digest of action, user, actor, resource and params. */
  readonly binding_hash: Digest;
  readonly policy: { readonly revision?: string; readonly decision_id?: string };
  readonly approvals: readonly GrantApproval[];
  /** The message with which people were asked. */
  readonly slack?: { readonly channel: string; readonly ts: string };
  readonly max_uses: number;
};

export type GrantFault = `grant_${JwsFault | 'expired' | 'foreign' | 'altered'}`;

export type OpenedGrant =
  | { readonly ok: true; readonly claims: GrantClaims }
  | { readonly ok: false; readonly code: GrantFault };

/** Opens a token that anybody may have written: who signed it, and what it says. Whether it may be used is `checkGrant`. */
export function openGrant(token: unknown, publicKeyOf: (kid: string) => KeyObject | undefined): OpenedGrant {
  const read = readJws(token, { type: GRANT_TYPE, maxChars: MAX_GRANT_CHARS, kid: KID });
  if (!read.ok) return { ok: false, code: `grant_${read.code}` };
  const { jws } = read;
  const publicKey = publicKeyOf(jws.header.kid);
  if (publicKey === undefined) return { ok: false, code: 'grant_unknown_key' };
  if (!isSignedBy(jws, publicKey)) return { ok: false, code: 'grant_forged' };
  const claims = decode(jws.payload);
  return areClaims(claims) ? { ok: true, claims } : { ok: false, code: 'grant_malformed' };
}

export type GrantUse = {
  /** The service that wants to act; whoever leaves it out does not mind which. */
  readonly audience?: string;
  /** Of what is about to be done; whoever leaves it out only looks. */
  readonly digest?: Digest;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Why this grant does not cover this use; undefined when, as far as the token itself tells, it does. */
export function checkGrant(claims: GrantClaims, use: GrantUse): GrantFault | undefined {
  if (use.audience !== undefined && claims.aud !== use.audience) return 'grant_foreign';
  if (use.now >= claims.exp * 1_000) return 'grant_expired';
  return use.digest === undefined || claims.binding_hash === use.digest ? undefined : 'grant_altered';
}

type Members = { readonly [member: string]: unknown };

function areClaims(value: unknown): value is GrantClaims {
  if (!isObject(value) || !hasTexts(value, ['iss', 'aud', 'sub', 'jti', 'txn', 'binding_hash'])) return false;
  const { iat, exp, max_uses: most, binding_hash: digest, act, authorization_details: details } = value;
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp) || !DIGEST.test(String(digest))) return false;
  if (typeof most !== 'number' || !Number.isSafeInteger(most) || most < 1) return false;
  if (act !== undefined && !(isObject(act) && hasTexts(act, ['sub', 'type'], ['owner']))) return false;
  if (!isObject(value.policy) || !hasTexts(value.policy, [], ['revision', 'decision_id'])) return false;
  const { slack, approvals } = value;
  if (slack !== undefined && !(isObject(slack) && hasTexts(slack, ['channel', 'ts']))) return false;
  return isGrantedAction(details) && Array.isArray(approvals) && approvals.every(isApproval);
}

function isGrantedAction(details: unknown): boolean {
  const one: unknown = Array.isArray(details) && details.length === 1 ? details[0] : undefined;
  if (!isObject(one) || !hasTexts(one, ['identifier', 'resource_type'])) return false;
  const { type, actions } = one;
  return (
    type === 'countersign_action' && Array.isArray(actions) && actions.length === 1 && typeof actions[0] === 'string'
  );
}

function isApproval(approval: unknown): boolean {
  return isObject(approval) && hasTexts(approval, ['by', 'account', 'at', 'surface'], ['card', 'standing']);
}

function hasTexts(value: Members, needed: readonly string[], optional: readonly string[] = []): boolean {
  return (
    needed.every(name => typeof value[name] === 'string') &&
    optional.every(name => value[name] === undefined || typeof value[name] === 'string')
  );
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decode(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
