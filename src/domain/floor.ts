// The structural floor below every policy: what no rule can forget. Policy decides everything above it.
import { mustBeShown } from './hidden.ts';
import type { RequestRecord } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';
import { beyondOffer } from './standing.ts';
import type { Vote } from './vote.ts';

/**
 * Why this vote must not even be asked about, or undefined when policy may judge it. `names` are all names that the voter
 * may stand under in the record: the person, and accounts of theirs.
 */
export function floor(
  record: RequestRecord,
  vote: Vote,
  names: ReadonlySet<string> = new Set([vote.by.user]),
): Refusal | undefined {
  if (record.status !== 'pending') return refuse('already_resolved', record);
  const { approval } = record;
  if (approval === undefined) return refuse('not_asked', record);
  if (Date.parse(vote.at) >= Date.parse(record.expiresAt)) return refuse('expired', record);
  if (vote.by.kind !== 'member' && !isNamed(record, vote)) return refuse('not_a_member', record);
  if (vote.vote === 'approve' && approval.self_approval !== true && involved(record).some(id => names.has(id))) {
    return refuse('self_approval', record);
  }
  if (vote.vote === 'approve' && (approval.excluded ?? []).some(({ user }) => names.has(user))) {
    return refuse('excluded', record);
  }
  if (vote.vote === 'approve' && mustBeShown(record).length > 0) return refuse('hidden_values', record);
  if (approval.surfaces !== undefined && !approval.surfaces.includes(vote.surface)) {
    return refuse('surface_not_allowed', record);
  }
  if (needsReason(record, vote.vote) && (vote.reason ?? '').trim() === '') return refuse('reason_required', record);
  if (hasVoted(record, vote, names)) return refuse('already_voted', record);
  // What policy offers binds whether or not its verdict looks at the wish: nobody gives less than they said without a word.
  return vote.vote === 'approve' && vote.standing !== undefined ? beyondOffer(record, vote.standing) : undefined;
}

/** Everybody whose own request this is: the user, the actor, and whoever answers for the actor. */
export function involved(record: RequestRecord): readonly string[] {
  const { user, actor } = record.submission;
  return [user.id, actor?.id, record.owner].filter(id => id !== undefined);
}

/** Whether policy wants words with this answer. */
export function needsReason(record: RequestRecord, vote: Vote['vote']): boolean {
  const required = record.approval?.reason_required ?? 'never';
  return required === 'always' || (required === 'on_deny' && vote === 'deny');
}

/** One person, one vote; changing an approval into a denial is heard, the other way round is not. */
function hasVoted(record: RequestRecord, { vote }: Vote, names: ReadonlySet<string>): boolean {
  return record.votes.some(
    ({ by, counted, vote: given }) =>
      counted && (names.has(by.user) || names.has(by.id)) && (given === vote || given === 'deny'),
  );
}

function isNamed(record: RequestRecord, vote: Vote): boolean {
  const stages = record.approval?.stages ?? [];
  return stages.some(stage =>
    stage.approvers.some(({ type, id }) => type === 'user' && (id === vote.by.id || id === vote.by.user)),
  );
}
