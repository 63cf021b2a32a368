// Step: somebody who had no part in it has looked at what was let pass in an emergency.

import { mayReview, type Person } from '../audience.ts';
import { change, type StepResult } from '../change.ts';
import { involved } from '../floor.ts';
import { type RequestRecord, timestamp } from '../record.ts';
import { refuse } from '../refusal.ts';
import type { Surface } from '../vote.ts';

export type Reviewed = {
  readonly by: Person;
  /** What they found. Never blank. */
  readonly note: string;
  readonly surface: Surface;
};

/**
 * Closes the review. Refused with `no_review`, `already_reviewed`, `own_review` (one's own emergency), `not_a_reviewer`
 * (policy names others) or `note_required`.
 */
export function reviewed(record: RequestRecord, { by, note, surface }: Reviewed, now: number): StepResult {
  const { review } = record;
  if (review === undefined) return refuse('no_review', record);
  if (review.closed !== undefined) return refuse('already_reviewed', record);
  if (involved(record).includes(by.user)) return refuse('own_review', record);
  if (!mayReview(record, by)) return refuse('not_a_reviewer', record);
  if (note.trim() === '') return refuse('note_required', record);
  const closed = { by: by.user, at: timestamp(now), note, surface };
  const fact = { event: 'review_closed', ...closed };
  return change(record, { review: { ...review, closed } }, [fact], [{ kind: 'remark_line', says: 'review_closed' }]);
}
