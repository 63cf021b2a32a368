// Step: somebody who had no part in it has looked at what was let pass in an emergency.
import { mayReview, partners } from '../audience.ts';
import type { ChainedEvent } from '../audit/events.ts';
import type { Evidence } from '../audit/evidence.ts';
import { involved } from '../barred.ts';
import { type Change, change } from '../change.ts';
import type { Effect } from '../effect.ts';
import { type RequestRecord, type Review, type ReviewMessage, timestamp } from '../record.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Surface } from '../vote.ts';
import { isMeant, mayBeTheSame, otherOf, type Who } from '../who.ts';

export type Reviewed = {
  readonly by: Who;
  /** What they found. Never blank. */
  readonly note: string;
  readonly surface: Surface;
  /** Who it was, and how that is known. */
  readonly evidence: Evidence;
};

/** Why this person cannot close the review, whatever they found; undefined when they may. */
export function barredFromReview(record: RequestRecord, by: Who): Refusal | undefined {
  const { review } = record;
  if (review === undefined) return refuse('no_review', record);
  if (review.closed !== undefined) return refuse('already_reviewed', record);
  if (partners(record).some(name => isMeant(by, name))) return refuse('own_review', record);
  if (!mayReview(record, by)) return refuse('not_a_reviewer', record);
  const own = involved(record);
  const isWaived = record.approval?.unknown_requester === true;
  const unknown = own.find(name => !otherOf(by, name).isKnown);
  if (unknown !== undefined && !isWaived) return refuse('unknown_requester', record, unknown);
  const known = own.filter(name => otherOf(by, name).isKnown);
  return mayBeTheSame(record, by, known) ? refuse('indistinct', record) : undefined;
}

/**
 * Closes the review. Refused with `no_review`, `already_reviewed`, `own_review` (one's own emergency, or one that they
 * approved), `not_a_reviewer` (policy names others), `unknown_requester` and `indistinct` (it may be their own), or `note_required`.
 */
export function reviewed(record: RequestRecord, event: Reviewed, now: number): Change | Refusal {
  const { by, note, surface, evidence } = event;
  const { review } = record;
  const barred = barredFromReview(record, by);
  if (barred !== undefined || review === undefined) return barred ?? refuse('no_review', record);
  if (note.trim() === '') return refuse('note_required', record);
  const closed = { by: by.user, at: timestamp(now), note, surface };
  const fact: ChainedEvent = { event: 'review_closed', ...closed, evidence };
  // Where nobody was asked there is no card to write below.
  const line: Effect[] = record.approval === undefined ? [] : [{ kind: 'remark_line', says: 'review_closed' }];
  const shown: Effect[] = review.messages.length === 0 ? [] : [{ kind: 'review_messages' }];
  return change(record, { review: { ...review, closed } }, [fact], [...line, ...shown]);
}

/** Reminders come every day: of so many messages the newest are kept true; a button on an older one explains itself. */
const MOST_MESSAGES = 60;

/** The review with one more message that calls for it. */
export function calledFor(review: Review, message: ReviewMessage): Review {
  return { ...review, messages: [...review.messages, message].slice(-MOST_MESSAGES) };
}
