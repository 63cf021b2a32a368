// The view of a request that everybody is told: the API, the SDK, callbacks and the command line (design 3.6).
import type { Reason, Stage } from './decision.ts';
import type { ResolvedBy, Status } from './lifecycle.ts';
import type { PolicyEvidence, RequestRecord, Service } from './record.ts';
import type { Submission } from './submission.ts';
import type { Surface } from './vote.ts';

export type VoteView = {
  /** The person. */
  readonly by: string;
  readonly account: string;
  readonly vote: 'approve' | 'deny';
  readonly reason?: string;
  readonly at: string;
  readonly surface: Surface;
  readonly card?: string;
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
  readonly digest: string;
  readonly service: Service;
  readonly reasons: readonly Reason[];
  readonly stages: readonly Stage[];
  readonly votes: readonly VoteView[];
  readonly submitted_at: string;
  readonly expires_at: string;
  readonly policy?: PolicyEvidence;
  readonly slack?: { readonly channel: string; readonly ts: string };
  /** Why a pending request has no answer from policy yet. */
  readonly trouble?: string;
};

/** Renders a record for its requester. Absent members are left out, never `null`. */
export function view(record: RequestRecord): RequestView {
  const { action, user, actor, resource, params, context, reason } = record.submission;
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
    digest: record.digest,
    service: record.service,
    reasons: record.decision?.reasons ?? [],
    stages: record.approval?.stages ?? [],
    votes: record.votes.map(({ by, ...vote }) => ({ by: by.user, account: by.id, ...vote })),
    submitted_at: record.submittedAt,
    expires_at: record.expiresAt,
    policy: record.policy,
    slack: card?.ts === undefined ? undefined : { channel: card.channel, ts: card.ts },
    trouble: record.status === 'pending' ? record.trouble : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as RequestView;
}
