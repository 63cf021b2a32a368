// The view of a request that everybody is told: the API, the SDK, callbacks and the command line.
import { whyNobodyCan } from '../domain/barred.ts';
import type { Reason, Stage } from '../domain/decision.ts';
import { mustBeShown } from '../domain/hidden.ts';
import type { ResolvedBy, Status } from '../domain/lifecycle.ts';
import { masked } from '../domain/masked.ts';
import type { PolicyEvidence, RequestRecord, Review, Revocation, Service } from '../domain/record.ts';
import type { Submission } from '../domain/submission.ts';
import { type CountedVote, markOf, type StandingMark, type StandingWish, type Surface } from '../domain/vote.ts';

export type VoteView = {
  /** The person. */
  readonly by: string;
  readonly account: string;
  readonly vote: 'approve' | 'deny';
  readonly reason?: string;
  readonly at: string;
  readonly surface: Surface;
  readonly card?: string;
  /** The wish that later requests of this kind pass too; or, by whose vote this one passed, the standing approval that kept it. */
  readonly standing?: StandingWish | Pick<StandingMark, 'id' | 'request'>;
  readonly counted: boolean;
  readonly code?: string;
};

export type RequestView = {
  readonly id: string;
  /** Grows with every change; of two views the one with the higher version is the newer. */
  readonly version: number;
  readonly status: Status;
  readonly resolved_by?: ResolvedBy;
  readonly resolved_at?: string;
  /** The person's words at a denial, policy's message, or the cause of a failure. */
  readonly resolution_reason?: string;
  readonly action: string;
  readonly user: Submission['user'];
  readonly actor?: NonNullable<Submission['actor']>;
  readonly resource: Submission['resource'];
  readonly params?: NonNullable<Submission['params']>;
  readonly context?: NonNullable<Submission['context']>;
  readonly reason?: string;
  /** Asked to break glass. */
  readonly emergency?: boolean;
  /** Pointers to the values that the requester hides: in their place stand digests. */
  readonly sensitive?: readonly string[];
  /** Those of them that policy wants shown: nobody can approve while they are hidden. */
  readonly must_show?: readonly string[];
  readonly digest: string;
  readonly service: Service;
  readonly reasons: readonly Reason[];
  readonly stages: readonly Stage[];
  readonly severity?: string;
  /** Where policy lets people approve; absent: everywhere. */
  readonly surfaces?: readonly string[];
  /** The most that approvers may let later requests of this kind pass; while it is pending, where policy offers it. */
  readonly standing_offer?: StandingOffer;
  /** When more people were asked. */
  readonly escalated_at?: string;
  /** The newest change of what policy requires. */
  readonly policy_change?: { readonly at: string; readonly words: string };
  /** What policy let pass at once and wants looked at afterwards. */
  readonly review?: ReviewView;
  /** The signed grant (compact JWS), over HTTP, while there is something left to redeem. */
  readonly grant?: string;
  readonly uses?: number;
  readonly revoked?: Revocation;
  /** The standing approval that let it pass. */
  readonly standing?: string;
  /** The standing approval that was given with it. */
  readonly gave_standing?: {
    readonly id: string;
    readonly by: string;
    readonly expires_at: string;
    readonly max_uses: number;
    readonly revoked_by?: string;
  };
  readonly votes: readonly VoteView[];
  readonly submitted_at: string;
  readonly expires_at: string;
  readonly policy?: PolicyEvidence;
  readonly slack?: { readonly channel: string; readonly ts: string };
  /** Why a pending request has no answer from policy yet, or why nobody can approve it. */
  readonly trouble?: string;
};

export type StandingOffer = {
  readonly max_duration: string;
  readonly max_uses: number;
  /** Whatever their parameters. */
  readonly any_params?: boolean | undefined;
};

export type ReviewView = {
  readonly status: 'open' | 'closed';
  readonly due_at: string;
  readonly closed_by?: string;
  readonly closed_at?: string;
  readonly note?: string;
};

function gaveStandingView({ id, by, expiresAt, maxUses, revoked }: NonNullable<RequestRecord['gaveStanding']>) {
  const told = { id, by, expires_at: expiresAt, max_uses: maxUses };
  return revoked === undefined ? told : { ...told, revoked_by: revoked.by };
}

function voteView(counted: CountedVote): VoteView {
  const { by, ...vote } = counted;
  const mark = markOf(counted);
  const kept = mark === undefined ? {} : { standing: { id: mark.id, request: mark.request } };
  return { by: by.user, account: by.id, ...vote, ...kept };
}

function reviewView({ dueAt, closed }: Review): ReviewView {
  if (closed === undefined) return { status: 'open', due_at: dueAt };
  return { status: 'closed', due_at: dueAt, closed_by: closed.by, closed_at: closed.at, note: closed.note };
}

function mustShow(record: RequestRecord): readonly string[] | undefined {
  if (record.status !== 'pending' || record.approval === undefined) return undefined;
  const hidden = mustBeShown(record);
  return hidden.length === 0 ? undefined : hidden;
}

/** Renders a record for its requester. Absent members are left out, never `null`. */
export function view(record: RequestRecord, grant?: string): RequestView {
  const { action, user, actor, resource, params, context, reason, emergency, sensitive } = masked(record.submission);
  const card = record.cards.find(({ ts }) => ts !== undefined);
  const all = {
    id: record.id,
    version: record.version,
    status: record.status,
    resolved_by: record.resolution?.by,
    resolved_at: record.resolution?.at,
    resolution_reason: record.resolution?.reason,
    action,
    user,
    actor: actor === undefined || record.owner === undefined ? actor : { ...actor, owner: record.owner },
    resource,
    params,
    context,
    reason,
    emergency: emergency === true ? emergency : undefined,
    sensitive: (sensitive?.length ?? 0) > 0 ? sensitive : undefined,
    must_show: mustShow(record),
    digest: record.digest,
    service: record.service,
    reasons: record.decision?.reasons ?? [],
    stages: record.approval?.stages ?? [],
    severity: record.approval?.severity,
    surfaces: record.approval?.surfaces,
    standing_offer: record.status === 'pending' ? record.approval?.standing : undefined,
    escalated_at: record.escalatedAt,
    policy_change: record.policyChange,
    standing: record.standing,
    gave_standing: record.gaveStanding === undefined ? undefined : gaveStandingView(record.gaveStanding),
    review: record.review === undefined ? undefined : reviewView(record.review),
    grant,
    uses: record.uses === 0 ? undefined : record.uses,
    revoked: record.revoked,
    votes: record.votes.map(voteView),
    submitted_at: record.submittedAt,
    expires_at: record.expiresAt,
    policy: record.policy,
    slack: card?.ts === undefined ? undefined : { channel: card.channel, ts: card.ts },
    trouble: record.status === 'pending' ? (record.trouble ?? whyNobodyCan(record)) : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as RequestView;
}
