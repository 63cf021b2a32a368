// The structural floor below every policy: what no rule can forget. Policy decides everything above it.
import { barredFromApproving, isIndistinct } from './barred.ts';
import { mustBeShown } from './hidden.ts';
import type { RequestRecord } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';
import { beyondOffer } from './standing.ts';
import { type Vote, wishOf } from './vote.ts';
import { bears, type Who } from './who.ts';

/**
 * Why this vote must not even be asked about, or undefined when policy may judge it. `who` is what was gathered of the
 * voter, and of everybody whom the record names. A denial is heard from anybody whom policy may name, whoever they are.
 */
export function floor(record: RequestRecord, vote: Vote, who: Who): Refusal | undefined {
  if (record.status !== 'pending') return refuse('already_resolved', record);
  const { approval } = record;
  if (approval === undefined) return refuse('not_asked', record);
  if (Date.parse(vote.at) >= Date.parse(record.expiresAt)) return refuse('expired', record);
  if (vote.by.kind !== 'member' && !isNamed(record, vote)) return refuse('not_a_member', record);
  const isApproval = vote.vote === 'approve';
  const barred = isApproval ? barredFromApproving(record, approval, who) : undefined;
  if (barred !== undefined) return barred;
  if (isApproval && mustBeShown(record).length > 0) return refuse('hidden_values', record);
  if (approval.surfaces !== undefined && !approval.surfaces.includes(vote.surface)) {
    return refuse('surface_not_allowed', record);
  }
  if (needsReason(record, vote.vote) && (vote.reason ?? '').trim() === '') return refuse('reason_required', record);
  if (hasVoted(record, vote, who)) return refuse('already_voted', record);
  if (isApproval && isIndistinct(record, approval, who)) return refuse('indistinct', record);
  // What policy offers binds whether or not its verdict looks at the wish: nobody gives less than they said without a word.
  const wish = isApproval ? wishOf(vote) : undefined;
  return wish === undefined ? undefined : beyondOffer(record, wish);
}

/** Whether policy wants words with this answer. */
export function needsReason(record: RequestRecord, vote: Vote['vote']): boolean {
  const required = record.approval?.reason_required ?? 'never';
  return required === 'always' || (required === 'on_deny' && vote === 'deny');
}

/** One person, one vote; changing an approval into a denial is heard, the other way round is not. */
function hasVoted(record: RequestRecord, { vote }: Vote, who: Who): boolean {
  return record.votes.some(
    ({ by, counted, vote: given }) =>
      counted && (bears(who, by.user) || bears(who, by.id)) && (given === vote || given === 'deny'),
  );
}

function isNamed(record: RequestRecord, vote: Vote): boolean {
  const stages = record.approval?.stages ?? [];
  return stages.some(stage =>
    stage.approvers.some(({ type, id }) => type === 'user' && (id === vote.by.id || id === vote.by.user)),
  );
}
