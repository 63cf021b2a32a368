// Work that a new state causes; stored with the state in one commit, performed at least once afterwards.
// A new kind is a line here and a file in flow/effects/, which says how it is performed.
import { z } from 'zod';

const text = z.string();
const noticeKind = z.enum(['notice', 'review_due']);

/** What a remark says; each is written from the record as it then stands. */
const remark = z.enum([
  'reminder',
  'escalated',
  'called',
  'policy_changed',
  'review_due',
  'review_closed',
  'redeemed',
  'redeem_refused',
  'lapsed',
  'revoked',
  'standing_granted',
  'standing_not_granted',
  'standing_revoked',
]);

/** What becomes of these shows in the record itself. */
const errands = [
  /** Ask policy (again). */
  of('decide', {}),
  /** Put the standing approval into force that a vote gave. */
  of('standing', {}),
  /** Make the request's Slack message equal the record. */
  of('card', {}),
  /** A card was sent to Slack more than once: look for further copies in its channel, again and again for a while. */
  of('card_copies', { channel: text, since: text, lastPostAt: text }),
] as const;

/** These tell somebody something; what became of it is in the audit, under the effect's kind. */
const tellings = [
  /** Write a line below the card for one vote (its position in the record). */
  of('vote_line', { vote: z.int().min(0), progress: text.exactOptional() }),
  /** Write a line below the card for what somebody said that is no answer (its position in the record). */
  of('aside_line', { aside: z.int().min(0) }),
  /** Tell whom it is meant for in a direct message, with a link to the card. */
  of('aside_message', { aside: z.int().min(0) }),
  /** Write a line below the card for the end of the request. */
  of('outcome_line', {}),
  /** Write a line below the card for what happened without anybody's doing. */
  of('remark_line', { says: remark }),
  /** Tell a person whose answer is awaited in a direct message, with a link to the card. */
  of('call', { person: text }),
  /** Tell the requester's person in a direct message. */
  of('direct_message', {}),
  /** POST the view to the address that the request named. */
  of('callback', {}),
  /** Tell a channel, because policy obliges us to, or because a review is due; left out: the approvals channel. */
  of('notice', { channel: text.exactOptional(), says: noticeKind.exactOptional() }),
  /** Make the messages that call for a review say that it is closed. */
  of('review_messages', {}),
] as const;

/** Every kind, with all that is said of it. */
export const effectSchema = z.discriminatedUnion('kind', [...errands, ...tellings]);

export type Effect = Readonly<z.infer<typeof effectSchema>>;
export type EffectKind = Effect['kind'];
export type Remark = z.infer<typeof remark>;

/** The kinds whose outcome the audit tells. */
export type TellingKind = z.infer<(typeof tellings)[number]>['kind'];
export const tellingKinds = tellings.map(({ shape }) => shape.kind.value);

/** One effect to perform, as handed over by the store: jobs carry this reference, never a payload. */
export type EffectRef = {
  /** The request. */
  readonly id: string;
  /** Names this effect for ever: request, version and position. A repeated delivery has the same key. */
  readonly key: string;
  readonly effect: Effect;
};

/** The same of one kind. */
export type RefTo<Kind extends EffectKind> = EffectRef & { readonly effect: Extract<Effect, { kind: Kind }> };

/** The key of the n-th effect of a version: letters, digits and `_` only, so that any queue takes it as an id. */
export function effectKey(id: string, version: number, n: number): string {
  return `eff_${id}_${version}_${n}`;
}

/** The key of the errand to ask policy, which a request is stored with: the first effect of its first version. */
export function decideKey(id: string): string {
  return effectKey(id, 1, 0);
}

function of<const Kind extends string, Members extends z.ZodRawShape>(kind: Kind, members: Members) {
  return z.object({ kind: z.literal(kind), ...members });
}
