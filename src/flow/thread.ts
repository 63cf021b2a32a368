// The thread below a card: what is written there waits for the card.
import { Failure } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import type { RequestRecord } from '../domain/record.ts';
import { DELIVERED, type Outcome } from './notify.ts';
import type { Line, Messenger } from './ports.ts';

type Card = { readonly channel: string; readonly ts: string };

/** A line below the card; without one there is nowhere to write it. */
export async function writeLine(messenger: Messenger, record: RequestRecord, line: Line): Promise<Outcome> {
  const card = cardOf(record);
  if (card !== undefined) {
    const { channel } = card;
    const ts = await messenger.line(record, card, line);
    const isCall = line.kind === 'remark' && line.says === 'review_due';
    return isCall && ts !== undefined ? { ...DELIVERED, message: { channel, ts, says: 'review_due' } } : DELIVERED;
  }
  const isComing = record.cards.length > 0 || !isResolved(record.status);
  if (!isComing) return { outcome: 'not_possible', detail: 'there is no card' };
  throw noCardYet();
}

/** The message by which people are asked, once it is posted. */
export function cardOf({ cards }: RequestRecord): Card | undefined {
  return cards.flatMap(({ channel, ts }) => (ts === undefined ? [] : [{ channel, ts }]))[0];
}

export function noCardYet(): Failure {
  const message = 'The card is not posted yet; trying again shortly.';
  return new Failure('no_card_yet', message, { isTransient: true, retryAfterMs: 1_000 });
}
