// Review: somebody who had no part in it has looked at what was let pass in an emergency, and says what they found.
import { type RequestRecord, timestamp } from '../domain/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import { type Reviewed, reviewed } from '../domain/steps/reviewed.ts';
import type { Store } from './ports.ts';
import { swap } from './swap.ts';

export type ReviewReply = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

/** Closes a review, or says why not; a refusal is written down. The same closing sent again is answered as the first was. */
export async function closeReview(
  { store }: { readonly store: Store },
  { id, ...event }: Reviewed & { readonly id: string },
): Promise<ReviewReply> {
  const result = await swap(store, id, (record, now) => reviewed(record, event, now));
  if (result.kind === 'changed') return result;
  const { record, code } = result;
  const closed = record?.review?.closed;
  const isRepeated = code === 'already_reviewed' && closed?.by === event.by.user && closed.note === event.note;
  if (record !== undefined && isRepeated) return { kind: 'changed', record };
  await store.note({ event: 'review_refused', at: timestamp(store.now()), code, id, by: { user: event.by.user } });
  return result;
}
