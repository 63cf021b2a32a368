// Showing requests to people, and telling services.

import type { RequestView } from '../../contract/request-view.ts';
import type { Remark } from '../../domain/effect.ts';
import type { Card, Copy, NoticeKind, RequestRecord, ReviewMessage } from '../../domain/record.ts';

/** What Slack shows now. */
export type Shown = Required<Pick<Card, 'hash'>> & Pick<Card, 'standsFor'>;

/** A message in the channel's history that shows the request. */
export type Found = { readonly ts: string; readonly hash: string };

/** Shows requests to people. A failure with `retryAfterMs` means that the call was turned away and did nothing. */
export interface Messenger {
  /** Hash of the card as it would be shown now. */
  hashOf(record: RequestRecord): string;
  /** Posts the card; the message's id, and what it shows. */
  post(record: RequestRecord, channel: string): Promise<Shown & { readonly ts: string }>;
  /** Every message of the request since then, earliest first, each with the hash it bears; undefined where nobody may look. */
  find(record: RequestRecord, channel: string, since: string): Promise<readonly Found[] | undefined>;
  /** Takes a copy of the card away; where that cannot be, it says that it is one. */
  withdraw(record: RequestRecord, copy: Copy): Promise<void>;
  update(record: RequestRecord, channel: string, ts: string): Promise<Shown>;
  /** A line in the card's thread: a vote's, or the outcome's. Its id; undefined when there is nothing to say any more. */
  line(record: RequestRecord, card: { channel: string; ts: string }, line: Line): Promise<string | undefined>;
  direct(record: RequestRecord, account: string): Promise<void>;
  /** Tells somebody alone that their answer is awaited, and where the card is. */
  call(record: RequestRecord, account: string, card: { channel: string; ts: string }): Promise<void>;
  /** Tells whom something is meant for that somebody said (its position in the record), and where the card is. */
  aside(record: RequestRecord, account: string, card: { channel: string; ts: string }, aside: number): Promise<void>;
  /** Tells a channel; the message's id. */
  notice(record: RequestRecord, channel: string, says: NoticeKind): Promise<string>;
  /** Makes a message that calls for a review equal the record. */
  updateNotice(record: RequestRecord, message: ReviewMessage): Promise<void>;
}

export type Line =
  | { readonly kind: 'vote'; readonly vote: number; readonly progress?: string }
  | { readonly kind: 'aside'; readonly aside: number }
  | { readonly kind: 'outcome' }
  | { readonly kind: 'remark'; readonly says: Remark };

/** Delivers the view to the address that a request named. Resolves when accepted. */
export interface Callbacks {
  deliver(url: string, deliveryId: string, view: RequestView): Promise<void>;
}
