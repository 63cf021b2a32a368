// One request, one card: a further message of it is written down as a copy, and from then on it is nobody's card.
import { type Change, change, type Unchanged, unchanged } from '../change.ts';
import type { Effect } from '../effect.ts';
import { isResolved } from '../lifecycle.ts';
import { type Card, type Copy, type RequestRecord, timestamp } from '../record.ts';

/**
 * A message of the request that is none of its cards. Nothing is said of it while a card is being posted in its channel, for this may be
 * that card; and where there is no card that it could be a copy of, unless nobody is asked any more.
 */
export function copied(record: RequestRecord, copy: Copy, now: number): Change | Unchanged {
  const { channel } = copy;
  if (isPlaced(record, copy)) return unchanged(record);
  if (record.cards.some(card => card.ts === undefined && card.channel === channel)) return unchanged(record);
  const original =
    record.cards.find(card => card.channel === channel) ?? record.cards.find(card => card.ts !== undefined);
  if (original === undefined && !isResolved(record.status)) return unchanged(record);
  return folded(record, copy, original, [], now);
}

/** The same, with what is to be done about it. */
export function folded(
  record: RequestRecord,
  { channel, ts }: Copy,
  original: Card | undefined,
  effects: readonly Effect[],
  now: number,
): Change {
  const fact = { event: 'card_folded', at: timestamp(now), channel, ts, into: original?.ts } as const;
  return change(record, { copies: withCopy(record, { channel, ts }) }, [fact], effects);
}

export function withCopy({ copies = [] }: RequestRecord, copy: Copy): readonly Copy[] {
  return [...copies, copy];
}

export function isCopy({ copies = [] }: RequestRecord, { channel, ts }: Copy): boolean {
  return copies.some(copy => copy.channel === channel && copy.ts === ts);
}

/** Whether it is known what the message is: a card, or a copy of one. */
export function isPlaced(record: RequestRecord, place: Copy): boolean {
  const { channel, ts } = place;
  return isCopy(record, place) || record.cards.some(card => card.ts === ts && card.channel === channel);
}

/** What was sent more than once may stand there more than once, now or in a while. */
export function looksFor({ channel, postingSince, lastPostAt = postingSince }: Card): Effect {
  return { kind: 'card_copies', channel, since: postingSince, lastPostAt };
}
