// Steps that write down what Slack shows and who was told: evidence, never a reason to resolve.
import { absorb } from '../absorbed.ts';
import type { EventOf } from '../audit/events.ts';
import { change, type StepResult } from '../change.ts';
import type { Effect } from '../effect.ts';
import { type Card, type RequestRecord, type ReviewMessage, timestamp } from '../record.ts';
import { refuse } from '../refusal.ts';
import { calledFor } from './reviewed.ts';

/** About to post a card: stored first, so that a crash between post and answer can be reconciled. */
export function posting(record: RequestRecord, channel: string, postedBy: string, now: number): StepResult {
  const card: Card = { channel, postingSince: timestamp(now), postedBy };
  return change(record, { cards: [...record.cards, card] }, []);
}

/** Slack took nothing yet and asked to come back later: there is no message to look for. */
export function withdrawn(record: RequestRecord, channel: string): StepResult {
  const cards = record.cards.filter(card => card.channel !== channel || card.ts !== undefined);
  return cards.length === record.cards.length ? refuse('unchanged', record) : change(record, { cards }, []);
}

/** Why nobody can approve it as things stand, or no longer: told on the card before anybody clicks. */
export function noted(record: RequestRecord, trouble: string | undefined): StepResult {
  if (record.status !== 'pending' || record.approval === undefined) return refuse('already_resolved', record);
  return record.trouble === trouble ? refuse('unchanged', record) : change(record, { trouble }, []);
}

/** Slack shows the card: a fresh message, or the same one in a newer state. */
export function shown(
  record: RequestRecord,
  card: Pick<Required<Card>, 'channel' | 'ts' | 'hash'> & Pick<Card, 'standsFor'>,
  now: number,
): StepResult {
  const i = record.cards.findIndex(
    ({ channel, ts }) => channel === card.channel && (ts === undefined || ts === card.ts),
  );
  const before = record.cards[i];
  const isSame = before?.hash === card.hash && before.standsFor === card.standsFor && before.ts === card.ts;
  if (isSame) return refuse('unchanged', record);
  const { channel, ts, hash, standsFor } = card;
  const { standsFor: _, ...begun } = before ?? { postingSince: timestamp(now), postedBy: 'unknown' };
  const instead = standsFor === undefined ? {} : { standsFor };
  const next = { ...begun, channel, ts, hash, ...instead };
  const cards = i < 0 ? [...record.cards, next] : record.cards.with(i, next);
  const event = before?.ts === undefined ? 'card_posted' : 'card_updated';
  const evidence = { card: hash };
  return change(record, { cards }, [{ event, at: timestamp(now), channel, ts, stands_for: standsFor, evidence }]);
}

/** Somebody deleted the message, or Slack lets nobody change it any more: a new one takes its place. */
export function vanished(record: RequestRecord, ts: string, cause: string, now: number): StepResult {
  if (!record.cards.some(card => card.ts === ts)) return refuse('unchanged', record);
  const cards = record.cards.filter(card => card.ts !== ts);
  return change(record, { cards }, [{ event: 'card_vanished', at: timestamp(now), ts, cause }]);
}

/** A channel refused the card for good. */
export function unreachable(record: RequestRecord, channel: string, cause: string, now: number): StepResult {
  if (record.unreachable.some(known => known.channel === channel)) return refuse('unchanged', record);
  return change(
    record,
    {
      unreachable: [...record.unreachable, { channel, cause }],
      cards: record.cards.filter(card => card.channel !== channel || card.ts !== undefined),
    },
    [{ event: 'card_undeliverable', at: timestamp(now), channel, cause }],
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
export function told(record: RequestRecord, { message, ...event }: Told, now: number): StepResult {
  if (record.absorbed.includes(event.key)) return refuse('unchanged', record);
  const absorbed = absorb(record.absorbed, event.key);
  const place = message === undefined ? {} : { channel: message.channel, ts: message.ts };
  const review = message === undefined || record.review === undefined ? undefined : calledFor(record.review, message);
  // Closed while its message was on the way: what we posted just now may still ask for it.
  const effects: Effect[] = review?.closed === undefined ? [] : [{ kind: 'review_messages' }];
  const patch = review === undefined ? { absorbed } : { absorbed, review };
  return change(record, patch, [{ event: 'told', at: timestamp(now), ...event, ...place }], effects);
}
