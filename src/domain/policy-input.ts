// The one question (design 3.2): what policy is asked, built from the record alone so that it can be asked again.
import type { JsonObject } from './canonical.ts';
import type { RequestRecord, Service } from './record.ts';
import { timestamp } from './record.ts';
import type { Vote } from './vote.ts';

export type Phase = 'submit' | 'vote' | 'deadline' | 'redeem' | 'replay';

export type PolicyInput = JsonObject & {
  readonly action: string;
  readonly service: Service;
  readonly request: {
    readonly id: string;
    readonly digest: string;
    readonly submitted_at: string;
    readonly expires_at: string;
  };
  readonly phase: Phase;
  readonly now: string;
  readonly votes: readonly Vote[];
};

/** `votes` stand in the order in which they were stored, the newest last. */
export function policyInput(
  record: RequestRecord,
  phase: Phase,
  now: number,
  votes: readonly Vote[] = record.votes,
): PolicyInput {
  const { action, user, actor, resource, params, context, reason } = record.submission;
  const owner = record.owner === undefined ? {} : { owner: record.owner };
  return {
    action,
    user,
    ...(actor === undefined ? {} : { actor: { ...actor, ...owner } }),
    resource,
    ...(params === undefined ? {} : { params }),
    ...(context === undefined ? {} : { context }),
    ...(reason === undefined ? {} : { reason }),
    service: record.service,
    request: {
      id: record.id,
      digest: record.digest,
      submitted_at: record.submittedAt,
      expires_at: record.expiresAt,
    },
    phase,
    now: timestamp(now),
    votes: votes.map(plain),
  };
}

/** A vote without earlier verdicts: policy judges it afresh. */
function plain(vote: Vote): Vote {
  const { by, vote: ballot, reason, at, surface, card } = vote;
  return {
    by,
    vote: ballot,
    at,
    surface,
    ...(reason === undefined ? {} : { reason }),
    ...(card === undefined ? {} : { card }),
  };
}
