// The view of a request, rendered from its record, as everybody is told: the API, callbacks and whoever waits through the queue.
import { whyNobodyCan } from '../domain/barred.ts';
import { mustBeShown } from '../domain/hidden.ts';
import { masked } from '../domain/masked.ts';
import type { RequestRecord, Review } from '../domain/record.ts';
import { type CountedVote, markOf } from '../domain/vote.ts';
import type { RequestView, ReviewView, VoteView } from './request-view.ts';

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
