// Standing approvals: with their vote an approver lets later requests of the same kind pass, for a while and a few times.
import { type Digest, digestOf } from './canonical.ts';
import { durationMs } from './duration.ts';
import { type RequestRecord, timestamp } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';
import { submissionDigest } from './submission.ts';
import { type CountedVote, markOf, type StandingMark, type StandingWish, type Vote, wishOf } from './vote.ts';

/** Whose requests pass, by their names: for people who look. What must be equal to pass is `covers`, which is more. */
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
  /** Digest of what a later request must have in common with the one that its givers saw; absent: none passes. */
  readonly covers?: Digest;
  /** The digest of the request that they saw, its arguments among it. */
  readonly digest?: Digest;
  /** They were told that other arguments pass as well. */
  readonly anyParams?: true;
  /** Their votes, as they were counted then: at the next request they count as votes, or do not. */
  readonly votes: readonly Vote[];
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
  /** By other requests than the one that it was looked up for. */
  readonly uses: number;
  readonly revoked?: { readonly by: string; readonly at: string };
};

export const STANDING_ID = /^sta_[0-9a-f]{32}$/;

/**
 * Names what requests must have in common for one to pass by the approval of the other: the service, the action, and every
 * member of user, actor and resource; who answers for an agent as well, for whoever approved was told of that person.
 */
export function coverOf({ service, submission, owner, userOwner }: RequestRecord): Digest {
  const { params: _, ...rest } = submission;
  return digestOf({ service: service.id, owner, userOwner, of: submissionDigest(rest) });
}

/** Whether this request is one of those that the givers let pass, as far as what they saw goes. */
export function isCovered({ covers, digest, anyParams }: StandingApproval, record: RequestRecord): boolean {
  return covers === coverOf(record) && (anyParams === true || digest === record.digest);
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
  const wishes = approvals.flatMap(vote => wishOf(vote) ?? []);
  const [first] = approvals;
  if (first === undefined || wishes.length < approvals.length) return undefined;
  const lastsMs = Math.min(
    ...[...wishes.map(wish => wish.duration), offer.max_duration].map(all => durationMs(all) ?? 0),
  );
  const maxUses = Math.min(...wishes.map(({ uses }) => uses), offer.max_uses);
  if (lastsMs <= 0 || maxUses < 1) return undefined;
  return {
    id: `sta_${digestOf(['standing', record.id]).slice('sha256:'.length, 'sha256:'.length + 32)}`,
    scope: scopeOf(record),
    covers: coverOf(record),
    digest: record.digest,
    ...(offer.any_params === true ? { anyParams: true } : {}),
    votes: approvals.map(bare),
    request: record.id,
    grantedBy: first.by.user,
    ...(approvals.length === 1 ? {} : { givers: approvals.map(({ by }) => by.user) }),
    grantedAt: resolution.at,
    expiresAt: timestamp(Date.parse(resolution.at) + lastsMs),
    maxUses,
  };
}

function scopeOf({ service, submission }: RequestRecord): StandingScope {
  const { action, resource, user, actor } = submission;
  return {
    service: service.id,
    action,
    resource: { type: resource.type, id: resource.id },
    user: user.id,
    ...(actor === undefined ? {} : { actor: actor.id }),
  };
}

/** Without the verdict and the wish, which were of that request. */
function bare({ counted: _counted, code: _code, standing: _wish, ...vote }: CountedVote): Vote {
  return vote;
}

/** How policy is told of it with each of its votes. */
export function standingMark(standing: StandingState, record: RequestRecord): StandingMark {
  const { id, request, grantedAt, expiresAt, uses, digest } = standing;
  return {
    id,
    request,
    granted_at: grantedAt,
    expires_at: expiresAt,
    used: uses,
    same_params: digest === record.digest,
  };
}

/** The standing approval that a request passes under with these votes, by the verdicts on them. */
export function usedStanding(votes: readonly CountedVote[]): string | undefined {
  return votes.filter(({ counted }) => counted).flatMap(vote => markOf(vote)?.id ?? [])[0];
}

export function giversOf({ grantedBy, givers = [grantedBy] }: StandingApproval): readonly string[] {
  return givers;
}

/** Why a vote cannot give what it wishes for later requests: policy does not offer it, or offers less. */
export function beyondOffer(record: RequestRecord, { duration, uses }: StandingWish): Refusal | undefined {
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
