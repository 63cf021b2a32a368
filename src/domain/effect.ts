// Work that a new state causes; stored with the state in one commit, performed at least once afterwards.
import type { NoticeKind } from './record.ts';

export type Effect =
  /** Ask policy (again). */
  | { readonly kind: 'decide' }
  /** Put the standing approval into force that a vote gave. */
  | { readonly kind: 'standing' }
  /** Make the request's Slack message equal the record. */
  | { readonly kind: 'card' }
  /** A card was sent to Slack more than once: look for further copies in its channel, again and again for a while. */
  | { readonly kind: 'card_copies'; readonly channel: string; readonly since: string; readonly lastPostAt: string }
  /** Write a line below the card for one vote (its position in the record). */
  | { readonly kind: 'vote_line'; readonly vote: number; readonly progress?: string }
  /** Write a line below the card for the end of the request. */
  | { readonly kind: 'outcome_line' }
  /** Write a line below the card for what happened without anybody's doing. */
  | { readonly kind: 'remark_line'; readonly says: Remark }
  /** Tell a person whose answer is awaited in a direct message, with a link to the card. */
  | { readonly kind: 'call'; readonly person: string }
  /** Tell the requester's person in a direct message. */
  | { readonly kind: 'direct_message' }
  /** POST the view to the address that the request named. */
  | { readonly kind: 'callback' }
  /** Tell a channel, because policy obliges us to, or because a review is due; left out: the approvals channel. */
  | { readonly kind: 'notice'; readonly channel?: string; readonly says?: NoticeKind }
  /** Make the messages that call for a review say that it is closed. */
  | { readonly kind: 'review_messages' };

/** What a remark says; each is written from the record as it then stands. */
export type Remark =
  | 'reminder'
  | 'escalated'
  | 'called'
  | 'policy_changed'
  | 'review_due'
  | 'review_closed'
  | 'redeemed'
  | 'revoked'
  | 'standing_granted'
  | 'standing_not_granted'
  | 'standing_revoked';

export type EffectKind = Effect['kind'];

/** One effect to perform, as handed over by the store: jobs carry this reference, never a payload. */
export type EffectRef = {
  /** The request. */
  readonly id: string;
  /** Names this effect for ever: request, version and position. A repeated delivery has the same key. */
  readonly key: string;
  readonly effect: Effect;
};

/** The key of the n-th effect of a version: letters, digits and `_` only, so that any queue takes it as an id. */
export function effectKey(id: string, version: number, n: number): string {
  return `eff_${id}_${version}_${n}`;
}

/** The key of the errand to ask policy, which a request is stored with: the first effect of its first version. */
export function decideKey(id: string): string {
  return effectKey(id, 1, 0);
}
