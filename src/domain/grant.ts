// The grant: an approval as a signed token for exactly one action, made from the record alone, verified by anybody offline.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Digest } from './canonical.ts';
import { durationMs } from './duration.ts';
import { isSignedBy, type JwsFault, readJws, signJws } from './jws.ts';
import type { RequestRecord } from './record.ts';
import { type CountedVote, markOf } from './vote.ts';

export const GRANT_TYPE = 'countersign-grant+jwt';
export const MAX_GRANT_CHARS = 65_536;
const KID = /^[A-Za-z0-9_-]{43}$/;
/** When policy does not say. In an emergency what was granted in haste should not lie about. */
const DEFAULT_TTL = { normal: '5m', emergency: '1m' } as const;

const digest = z.custom<Digest>(value => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value));
const text = z.string();

/**
 * One person's approval: who, with which account, when, where, and the hash of the card they were shown; where it was
 * given before, with another request, the standing approval that kept it.
 */
const approvalSchema = z.object({
  by: text,
  account: text,
  at: text,
  surface: text,
  card: text.optional(),
  standing: text.optional(),
});

const claimsSchema = z.object({
  iss: text,
  /** The service that may redeem it. */
  aud: text,
  /** Whose authority is used. */
  sub: text,
  /** Who acts on their behalf (RFC 8693). */
  act: z.object({ sub: text, type: text, owner: text.optional() }).optional(),
  jti: text,
  /** The request. */
  txn: text,
  iat: z.int(),
  exp: z.int(),
  /** What may be done (RFC 9396); the exact parameters are bound by `binding_hash`. */
  authorization_details: z.tuple([
    z.object({
      type: z.literal('countersign_action'),
      actions: z.tuple([text]),
      identifier: text,
      resource_type: text,
    }),
  ]),
  /** The digest of action, user, actor, resource and params. */
  binding_hash: digest,
  policy: z.object({ revision: text.optional(), decision_id: text.optional() }),
  approvals: z.array(approvalSchema),
  /** The message with which people were asked. */
  slack: z.object({ channel: text, ts: text }).optional(),
  max_uses: z.int().min(1),
});

/** What a grant says. Members that a later version adds are tolerated. */
export type GrantClaims = z.infer<typeof claimsSchema>;

export type GrantKey = { readonly kid: string; readonly privateKey: KeyObject };

export type GrantFault = `grant_${JwsFault | 'expired' | 'foreign' | 'altered'}`;

/** From when until when (milliseconds) and how often an approval may be used; undefined where there is none. */
export function grantTerms(record: RequestRecord): { fromMs: number; untilMs: number; maxUses: number } | undefined {
  const { status, resolution, decision } = record;
  if (status !== 'approved' || resolution === undefined || decision?.outcome !== 'allow') return undefined;
  const standard = DEFAULT_TTL[record.submission.emergency === true ? 'emergency' : 'normal'];
  const ttlMs = durationMs(decision.grant?.ttl ?? standard) ?? 0;
  // Whole seconds, as tokens count: what the record says and what the token says is the same instant.
  const fromMs = Math.floor(Date.parse(resolution.at) / 1_000) * 1_000;
  return { fromMs, untilMs: fromMs + Math.ceil(ttlMs / 1_000) * 1_000, maxUses: decision.grant?.max_uses ?? 1 };
}

/** Whether there is something left to redeem. */
export function isGrantLive(record: RequestRecord, now: number): boolean {
  const terms = grantTerms(record);
  if (terms === undefined || record.revoked !== undefined) return false;
  return now < terms.untilMs && usesLeft(record) > 0;
}

/** How often the approval can still be used, were it in time and not revoked. */
export function usesLeft(record: RequestRecord): number {
  return Math.max(0, (grantTerms(record)?.maxUses ?? 0) - record.uses);
}

/** The claims of an approved request's grant. They follow from the record: whoever asks gets the same. */
export function grantClaims(record: RequestRecord, issuer: string): GrantClaims | undefined {
  const terms = grantTerms(record);
  if (terms === undefined) return undefined;
  const { action, user, actor, resource } = record.submission;
  const card = record.cards.find(({ ts }) => ts !== undefined);
  return {
    iss: issuer,
    aud: record.service.id,
    sub: user.id,
    ...(actor === undefined ? {} : { act: { sub: actor.id, type: actor.type, ...ownerOf(record) } }),
    jti: record.id.replace(/^req_/, 'grant_'),
    txn: record.id,
    iat: terms.fromMs / 1_000,
    exp: terms.untilMs / 1_000,
    authorization_details: [
      { type: 'countersign_action', actions: [action], identifier: resource.id, resource_type: resource.type },
    ],
    binding_hash: record.digest,
    policy: record.policy ?? {},
    approvals: record.votes.filter(({ vote, counted }) => counted && vote === 'approve').map(approvalOf),
    ...(card?.ts === undefined ? {} : { slack: { channel: card.channel, ts: card.ts } }),
    max_uses: terms.maxUses,
  };
}

/** Signs claims as a compact JWS. EdDSA is deterministic: the same claims and key are the same token. */
export function signGrant(claims: GrantClaims, key: GrantKey): string {
  return signJws({ typ: GRANT_TYPE, kid: key.kid }, JSON.stringify(claims), key.privateKey);
}

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
  const claims = claimsSchema.safeParse(decode(jws.payload));
  return claims.success ? { ok: true, claims: claims.data } : { ok: false, code: 'grant_malformed' };
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

function approvalOf(vote: CountedVote): GrantClaims['approvals'][number] {
  const { by, at, surface, card } = vote;
  const mark = markOf(vote);
  return {
    by: by.user,
    account: by.id,
    at,
    surface,
    ...(card === undefined ? {} : { card }),
    ...(mark === undefined ? {} : { standing: mark.id }),
  };
}

function ownerOf({ owner }: RequestRecord): { owner?: string } {
  return owner === undefined ? {} : { owner };
}

function decode(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
