// The one question: what policy is asked, built from the record alone so that it can be asked again.
import type { JsonObject } from './canonical.ts';
import type { RequestRecord, Service } from './record.ts';
import { timestamp } from './record.ts';
import type { Vote } from './vote.ts';

export type Phase = 'submit' | 'vote' | 'escalate' | 'deadline' | 'redeem' | 'replay';

/** What the directory says of somebody. */
export type DirectoryFacts = { readonly groups: readonly string[]; readonly roles: readonly string[] };

/** What Countersign knows beside the record, at the moment of asking. */
export type Known = {
  /** Of an emergency: how many others of its service broke glass within the last 24 hours. */
  readonly emergencies?: number;
  readonly directory?: { readonly user?: DirectoryFacts; readonly actor?: DirectoryFacts };
};

export type PolicyInput = JsonObject & {
  readonly action: string;
  /** Pointers to the values that the requester hides from people. */
  readonly sensitive?: readonly string[];
  readonly service: Service & { readonly emergencies_24h?: number };
  readonly request: {
    readonly id: string;
    readonly digest: string;
    readonly submitted_at: string;
    readonly expires_at: string;
    readonly escalated_at?: string;
    /** Pointers of values that are put as `{digest, bytes}`, because the question would be too large; see `shortened`. */
    readonly shortened?: readonly string[];
  };
  readonly directory?: Known['directory'];
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
  { emergencies, ...known }: Known = {},
): PolicyInput {
  const { action, user, actor, resource, params, context, reason, emergency, sensitive } = record.submission;
  const owner = record.owner === undefined ? {} : { owner: record.owner };
  const userOwner = record.userOwner === undefined ? {} : { owner: record.userOwner };
  return {
    action,
    user: { ...user, ...userOwner },
    ...(actor === undefined ? {} : { actor: { ...actor, ...owner } }),
    resource,
    ...(params === undefined ? {} : { params }),
    ...(context === undefined ? {} : { context }),
    ...(reason === undefined ? {} : { reason }),
    ...(emergency === true ? { emergency } : {}),
    ...(sensitive === undefined || sensitive.length === 0 ? {} : { sensitive }),
    service: { ...record.service, ...(emergencies === undefined ? {} : { emergencies_24h: emergencies }) },
    request: {
      id: record.id,
      digest: record.digest,
      submitted_at: record.submittedAt,
      expires_at: record.expiresAt,
      ...(record.escalatedAt === undefined ? {} : { escalated_at: record.escalatedAt }),
    },
    ...known,
    phase,
    now: timestamp(now),
    votes: votes.map(plain),
  };
}

/** A vote without earlier verdicts: policy judges it afresh. */
function plain(vote: Vote): Vote {
  const { by, vote: ballot, reason, at, surface, card, standing } = vote;
  return {
    by,
    vote: ballot,
    at,
    surface,
    ...(reason === undefined ? {} : { reason }),
    ...(card === undefined ? {} : { card }),
    ...(standing === undefined ? {} : { standing }),
  };
}
