// Steps that write down what Slack shows and who was told: evidence, never a reason to resolve.
import { absorb } from '../absorbed.ts';
import type { EventOf } from '../audit/events.ts';
import { type Change, change, type Unchanged, unchanged } from '../change.ts';
import type { Effect } from '../effect.ts';
import { type Card, type RequestRecord, type ReviewMessage, timestamp, type Unapprovable } from '../record.ts';
import { folded, isCopy, looksFor, withCopy } from './copied.ts';
import { calledFor } from './reviewed.ts';

/** About to post a card: stored first, so that a crash between post and answer can be reconciled. */
export function posting(record: RequestRecord, channel: string, postedBy: string, now: number): Change {
  const card: Card = { channel, postingSince: timestamp(now), postedBy };
  return change(record, { cards: [...record.cards, card] }, []);
}

/** About to post it once more, since nobody knows what became of it: both may appear, the first even after the second. */
export function postingAgain(
  record: RequestRecord,
  channel: string,
  postedBy: string,
  now: number,
): Change | Unchanged {
  const i = record.cards.findIndex(card => card.channel === channel && card.ts === undefined);
  const begun = record.cards[i];
  if (begun === undefined) return unchanged(record);
  const card = { ...begun, postedBy, posts: postsOf(begun) + 1, lastPostAt: timestamp(now) };
  return change(record, { cards: record.cards.with(i, card) }, []);
}

/** For whose sake nobody can approve it as things stand, or that this is over: told on the card before anybody clicks. */
export function noted(record: RequestRecord, code: Unapprovable['code'] | undefined, now: number): Change | Unchanged {
  if (record.status !== 'pending' || record.approval === undefined) return unchanged(record);
  if (record.unapprovable?.code === code && record.trouble === undefined) return unchanged(record);
  const unapprovable = code === undefined ? undefined : { code, lookedAt: timestamp(now), looks: 0 };
  return change(record, { unapprovable, trouble: undefined }, []);
}

/** Slack took nothing this time and asked to come back later: if it was the only time, there is no message to look for. */
export function withdrawn(record: RequestRecord, channel: string): Change | Unchanged {
  const i = record.cards.findIndex(card => card.channel === channel && card.ts === undefined);
  const begun = record.cards[i];
  if (begun === undefined) return unchanged(record);
  const posts = postsOf(begun) - 1;
  const cards = posts === 0 ? record.cards.toSpliced(i, 1) : record.cards.with(i, { ...begun, posts });
  return change(record, { cards }, []);
}

type Seen = Pick<Required<Card>, 'channel' | 'ts' | 'hash'> & Pick<Card, 'standsFor'>;

/** Slack shows the card that was posted. Where another one stands already, this is a copy of it. */
export function shown(record: RequestRecord, seen: Seen, now: number): Change | Unchanged {
  const { channel, ts } = seen;
  if (isCopy(record, seen)) return unchanged(record);
  const here = record.cards.filter(card => card.channel === channel);
  if (here.some(card => card.ts === ts)) return redrawn(record, seen, now);
  const begun = here.find(card => card.ts === undefined);
  const original =
    here.at(0) ?? (refused(record, channel) ? record.cards.find(card => card.ts !== undefined) : undefined);
  if (begun === undefined && original !== undefined) {
    return folded(record, seen, original, [looksFor({ ...original, channel, lastPostAt: timestamp(now) })], now);
  }
  const card = withSeen(begun ?? { channel, postingSince: timestamp(now), postedBy: 'unknown' }, seen);
  const cards = begun === undefined ? [...record.cards, card] : record.cards.with(record.cards.indexOf(begun), card);
  return change(record, { cards }, [entry('card_posted', seen, now)], postsOf(card) > 1 ? [looksFor(card)] : []);
}

/** The same message in a newer state. One that is no card any more stays none. */
export function redrawn(record: RequestRecord, seen: Seen, now: number): Change | Unchanged {
  const i = record.cards.findIndex(({ channel, ts }) => channel === seen.channel && ts === seen.ts);
  const before = record.cards[i];
  if (before === undefined) return unchanged(record);
  if (before.hash === seen.hash && before.standsFor === seen.standsFor) return unchanged(record);
  return change(record, { cards: record.cards.with(i, withSeen(before, seen)) }, [entry('card_updated', seen, now)]);
}

function withSeen({ standsFor: _, ...card }: Card, { channel, ts, hash, standsFor }: Seen): Card {
  return { ...card, channel, ts, hash, ...(standsFor === undefined ? {} : { standsFor }) };
}

function entry(event: 'card_posted' | 'card_updated', { channel, ts, hash, standsFor }: Seen, now: number) {
  return { event, at: timestamp(now), channel, ts, stands_for: standsFor, evidence: { card: hash } } as const;
}

function postsOf({ posts = 1 }: Card): number {
  return posts;
}

function refused({ unreachable }: RequestRecord, channel: string): boolean {
  return unreachable.some(known => known.channel === channel);
}

/** Somebody deleted the message, or Slack lets nobody change it any more: a new one takes its place. */
export function vanished(record: RequestRecord, ts: string, cause: string, now: number): Change | Unchanged {
  const gone = record.cards.find(card => card.ts === ts);
  if (gone === undefined) return unchanged(record);
  const cards = record.cards.filter(card => card.ts !== ts);
  const copies = withCopy(record, { channel: gone.channel, ts });
  return change(record, { cards, copies }, [{ event: 'card_vanished', at: timestamp(now), ts, cause }]);
}

/** A channel refused the card for good. */
export function unreachable(record: RequestRecord, channel: string, cause: string, now: number): Change | Unchanged {
  if (refused(record, channel)) return unchanged(record);
  const begun = record.cards.find(card => card.channel === channel && card.ts === undefined);
  // What was sent before may still appear, now that the card goes elsewhere.
  const effects = begun !== undefined && postsOf(begun) > 1 ? [looksFor(begun)] : [];
  return change(
    record,
    {
      unreachable: [...record.unreachable, { channel, cause }],
      cards: record.cards.filter(card => card.channel !== channel || card.ts !== undefined),
    },
    [{ event: 'card_undeliverable', at: timestamp(now), channel, cause }],
    effects,
  );
}

export type Told = {
  readonly way: EventOf<'told'>['way'];
  /** The effect's key: remembered, so that a repeat finds it done. */
  readonly key: string;
  readonly outcome: EventOf<'told'>['outcome'];
  readonly detail?: string;
  /** The message by which they were told, where it must be kept true. */
  readonly message?: ReviewMessage;
};

/** Somebody was told, or cannot be. */
export function told(record: RequestRecord, { message, ...event }: Told, now: number): Change | Unchanged {
  if (record.absorbed.includes(event.key)) return unchanged(record);
  const absorbed = absorb(record.absorbed, event.key);
  const place = message === undefined ? {} : { channel: message.channel, ts: message.ts };
  const review = message === undefined || record.review === undefined ? undefined : calledFor(record.review, message);
  // Closed while its message was on the way: what we posted just now may still ask for it.
  const effects: Effect[] = review?.closed === undefined ? [] : [{ kind: 'review_messages' }];
  const patch = review === undefined ? { absorbed } : { absorbed, review };
  return change(record, patch, [{ event: 'told', at: timestamp(now), ...event, ...place }], effects);
}
