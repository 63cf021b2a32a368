// Standing approvals: with their vote an approver lets later requests of the same kind pass, for a while and a few times.
import { type Digest, digestOf, type JsonObject } from './canonical.ts';
import { durationMs } from './duration.ts';
import type { StandingClaim } from './policy-input.ts';
import { type RequestRecord, timestamp } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Vote } from './vote.ts';

/** Exactly these requests, and none that differ in one of them. */
export type StandingScope = {
  readonly service: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly user: string;
  readonly actor?: string;
};

export type StandingApproval = {
  /** `sta_…`, one for each request that it was given with. */
  readonly id: string;
  readonly scope: StandingScope;
  /** The arguments that were approved; policy says whether others may pass as well. */
  readonly params?: JsonObject;
  readonly request: string;
  /** The person; of several who all gave it, the first. */
  readonly grantedBy: string;
  /** All who gave it, where that is more than one. */
  readonly givers?: readonly string[];
  readonly grantedAt: string;
  readonly expiresAt: string;
  readonly maxUses: number;
};

/** With what became of it since. */
export type StandingState = StandingApproval & {
  readonly uses: number;
  readonly revoked?: { readonly by: string; readonly at: string };
};

export const STANDING_ID = /^sta_[0-9a-f]{32}$/;

export function standingScope({ service, submission }: RequestRecord): StandingScope {
  const { action, resource, user, actor } = submission;
  return {
    service: service.id,
    action,
    resource: { type: resource.type, id: resource.id },
    user: user.id,
    ...(actor === undefined ? {} : { actor: actor.id }),
  };
}

/** Names a scope: equal scopes have equal keys. */
export function scopeKey(scope: StandingScope): Digest {
  return digestOf(scope);
}

/**
 * What the people who approved this request let pass besides; undefined when policy does not offer it, or one of them did
 * not wish it: who said yes once has not said yes to more, and later requests would pass without them too. Of several
 * wishes the least holds. Policy has judged each with its vote; its limits are applied once more, in case they have shrunk.
 */
export function standingGiven(record: RequestRecord): StandingApproval | undefined {
  const offer = record.approval?.standing;
  const { resolution } = record;
  if (record.status !== 'approved' || resolution?.by !== 'people' || offer === undefined) return undefined;
  const approvals = record.votes.filter(({ counted, vote }) => counted && vote === 'approve');
  const wishes = approvals.flatMap(({ standing }) => standing ?? []);
  const [first] = approvals;
  if (first === undefined || wishes.length < approvals.length) return undefined;
  const lastsMs = Math.min(
    ...[...wishes.map(wish => wish.duration), offer.max_duration].map(all => durationMs(all) ?? 0),
  );
  const maxUses = Math.min(...wishes.map(({ uses }) => uses), offer.max_uses);
  if (lastsMs <= 0 || maxUses < 1) return undefined;
  const { params } = record.submission;
  return {
    id: `sta_${digestOf(['standing', record.id]).slice('sha256:'.length, 'sha256:'.length + 32)}`,
    scope: standingScope(record),
    ...(params === undefined ? {} : { params }),
    request: record.id,
    grantedBy: first.by.user,
    ...(approvals.length === 1 ? {} : { givers: approvals.map(({ by }) => by.user) }),
    grantedAt: resolution.at,
    expiresAt: timestamp(Date.parse(resolution.at) + lastsMs),
    maxUses,
  };
}

export function giversOf({ grantedBy, givers = [grantedBy] }: StandingApproval): readonly string[] {
  return givers;
}

/** Why a vote cannot give what it wishes for later requests: policy does not offer it, or offers less. */
export function beyondOffer(
  record: RequestRecord,
  { duration, uses }: NonNullable<Vote['standing']>,
): Refusal | undefined {
  const offer = record.approval?.standing;
  if (offer === undefined) return refuse('standing_not_allowed', record);
  const isWithin =
    (durationMs(duration) ?? Infinity) <= (durationMs(offer.max_duration) ?? 0) && uses <= offer.max_uses;
  return isWithin ? undefined : refuse('standing_too_long', record, offerWords(offer));
}

/** "1h and 3 uses". */
export function offerWords(offer: { readonly max_duration: string; readonly max_uses: number }): string {
  return `${offer.max_duration} and ${offer.max_uses} ${offer.max_uses === 1 ? 'use' : 'uses'}`;
}

export function isLive({ expiresAt, revoked, uses, maxUses }: StandingState, now: number): boolean {
  return revoked === undefined && uses < maxUses && now < Date.parse(expiresAt);
}

/** As policy is told of it. */
export function claimOf(standing: StandingState): StandingClaim {
  const { id, grantedBy, grantedAt, expiresAt, maxUses, uses, request, params } = standing;
  return {
    id,
    granted_by: grantedBy,
    granted_at: grantedAt,
    expires_at: expiresAt,
    uses_left: maxUses - uses,
    request,
    ...(params === undefined ? {} : { params }),
  };
}
