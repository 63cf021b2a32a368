// The grant: an approval as a signed token for exactly one action, made from the record alone.
import { durationMs } from './duration.ts';
import { GRANT_TYPE, type GrantApproval, type GrantClaims } from './grant-claims.ts';
import type { GrantKey } from './grant-keys.ts';
import { signJws } from './jws.ts';
import type { RequestRecord } from './record.ts';
import { type CountedVote, markOf } from './vote.ts';

/** When policy does not say. In an emergency what was granted in haste should not lie about. */
const DEFAULT_TTL = { normal: '5m', emergency: '1m' } as const;

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

function approvalOf(vote: CountedVote): GrantApproval {
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
