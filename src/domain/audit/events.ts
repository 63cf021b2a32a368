// Every event that the audit may hold, with its members: in the chain of a request, or apart from any.
import { z } from 'zod';
import {
  approvalSchema,
  approverSchema,
  obligationSchema,
  outcomeSchema as outcome,
  reasonSchema,
  verdictSchema,
} from '../decision.ts';
import { evidenceSchema as evidence } from './evidence.ts';
import {
  asked,
  ballot,
  count,
  digest,
  milliseconds,
  phase,
  resolvedBy,
  service,
  status,
  submission,
  surface,
  text,
  texts,
  way,
} from './parts.ts';

/**
 * The form of entries as written today. A member may be added without a new version only where an entry that lacks it
 * still means what it says; any other change moves this number, and `upcast.ts` learns to read what was written before.
 */
export const AUDIT_VERSION = 2;

const reasons = z.array(reasonSchema);
const verdicts = z.array(verdictSchema);
const standing = z.object({ duration: text, uses: count });
/** `key` is its id, which is no secret. */
const key = { key: text, service: text.optional(), person: text.optional(), kind: z.enum(['api', 'queue']) };
const links = { person: text, account: text, evidence };

/** The members of each event, beside `event`, `at` and `v`. Those of the chain (`request, seq, prev, hash`) are not theirs to use. */
export const EVENTS = {
  submitted: listed('chained', 'a service asked; sensitive values stand as digests', {
    /** When the service asked, where that was before. */
    asked_at: text.optional(),
    service,
    submission,
    digest,
    owner: text.optional(),
  }),
  delayed: listed('chained', 'policy could not be asked; noted once', { trouble: text }),
  decided: listed('chained', 'policy answered, and the answer was applied', {
    phase,
    outcome,
    /** What policy itself said, where that could not be carried out as it stood. */
    answered: outcome.optional(),
    reasons,
    approval: approvalSchema.optional(),
    verdicts,
    obligations: z.array(obligationSchema).optional(),
    standing: text.optional(),
    took_ms: milliseconds.optional(),
    asked: asked.optional(),
    evidence,
  }),
  requirement_changed: listed('chained', 'policy asks for something else than before', { words: text }),
  resolved: listed('chained', 'the request ended', { status, by: resolvedBy, reason: text.optional() }),
  voted: listed('chained', 'a person answered; `counted` says whether policy counts it', {
    key: text,
    vote: ballot,
    reason: text.optional(),
    surface,
    standing: standing.optional(),
    counted: z.boolean(),
    evidence,
  }),
  refused: listed('either', 'an answer that does not count', {
    code: text,
    detail: text.optional(),
    key: text,
    vote: ballot.optional(),
    surface: surface.optional(),
    /** The request that it was meant for, where it stands in no chain. */
    id: text.optional(),
    /** What policy said, where it was asked. */
    answered: outcome.optional(),
    evidence,
  }),
  reminded: listed('chained', 'people were reminded, to answer or to review', {
    reminder: count,
    of: z.literal('review').optional(),
  }),
  escalated: listed('chained', 'more people are asked', { channel: text.optional() }),
  review_opened: listed('chained', 'it was let pass at once and must be looked at afterwards', {
    due: text,
    reviewers: z.array(approverSchema).readonly().optional(),
  }),
  review_closed: listed('chained', 'somebody who had no part in it has looked', {
    by: text,
    note: text,
    surface,
    evidence,
  }),
  review_refused: listed('noted', 'somebody may not close a review', { code: text, id: text, key: text, evidence }),
  card_posted: listed('chained', 'a card stands in Slack', {
    channel: text,
    ts: text,
    /** Hash of the card that Slack did not take. */
    stands_for: text.optional(),
    evidence,
  }),
  card_updated: listed('chained', 'a card shows a newer state', {
    channel: text,
    ts: text,
    stands_for: text.optional(),
    evidence,
  }),
  card_vanished: listed('chained', 'a card is gone, or cannot be changed any more', { ts: text, cause: text }),
  card_folded: listed('chained', 'a further message of a request is no card: it is taken away', {
    channel: text,
    ts: text,
    into: text.optional(),
  }),
  card_undeliverable: listed('chained', 'a channel takes no card', { channel: text, cause: text }),
  told: listed('chained', 'somebody was told, or cannot be', {
    way,
    key: text,
    outcome: z.enum(['delivered', 'given_up', 'not_possible']),
    detail: text.optional(),
    channel: text.optional(),
    ts: text.optional(),
  }),
  redeemed: listed('chained', 'a use of the grant was counted', {
    use: count,
    key: text,
    digest,
    outcome,
    reasons,
    verdicts,
    took_ms: milliseconds.optional(),
    asked: asked.optional(),
    evidence,
  }),
  redeem_refused: listed('either', 'a use of a grant was refused', {
    code: text,
    detail: text.optional(),
    key: text,
    digest: digest.optional(),
    service: text.optional(),
    /** The request that the token names, where it may not write in that one's chain. */
    claims_request: text.optional(),
    answered: outcome.optional(),
    evidence,
  }),
  revoked: listed('chained', 'what was left of an approval was taken back', {
    by: text,
    reason: text.optional(),
    evidence,
  }),
  revoke_refused: listed('noted', 'somebody may not take an approval back', { code: text, id: text, evidence }),
  standing_granted: listed('chained', 'a standing approval that was given here is in force', {
    standing: text,
    by: text,
    expires_at: text,
    max_uses: count,
  }),
  standing_revoked: listed('chained', 'the standing approval was ended before its time', { standing: text, by: text }),
  submission_refused: listed('noted', 'an idempotency key came with another body, or a request when it had expired', {
    code: text,
    service,
    id: text,
    asked_at: text.optional(),
    expired_at: text.optional(),
  }),
  envelope_refused: listed('noted', 'an envelope of the queue was not taken in', {
    code: text,
    service: text.optional(),
    /** The key that it names: a claim, its signature did not hold. */
    claims_key: text.optional(),
    faults: texts.optional(),
  }),
  link_offered: listed('noted', 'a person asked for a code to link an account with', { person: text, evidence }),
  linked: listed('noted', 'an account was linked to a person', { ...links, before: text.optional() }),
  unlinked: listed('noted', 'a link ended', links),
  link_refused: listed('noted', 'a link was not made, or there was none to end', {
    code: text,
    person: text.optional(),
    account: text.optional(),
    evidence,
  }),
  key_created: listed('noted', 'a service or a person was given a key', key),
  key_revoked: listed('noted', 'a key counts no more', key),
  grant_key_created: listed('noted', 'a key that signs grants was made and kept in Redis', { kid: text }),
};

/** Where an event stands: chained to a request, noted apart (it belongs to none, or may not write in its chain), or either. */
type Place = 'chained' | 'noted' | 'either';

type Listed<P extends Place, M extends z.core.$ZodShape> = {
  readonly place: P;
  /** When it is written, in words. */
  readonly when: string;
  readonly schema: z.ZodObject<M & { readonly at: z.ZodISODateTime }>;
};

function listed<const P extends Place, M extends z.core.$ZodShape>(place: P, when: string, members: M): Listed<P, M> {
  return { place, when, schema: z.object({ at: z.iso.datetime(), ...members }) as unknown as Listed<P, M>['schema'] };
}

export type EventName = keyof typeof EVENTS;

export function isEventName(name: unknown): name is EventName {
  return typeof name === 'string' && Object.hasOwn(EVENTS, name);
}

type NamesAt<P extends Place> = { [N in EventName]: (typeof EVENTS)[N]['place'] extends P ? N : never }[EventName];

export type EventOf<N extends EventName> = {
  [M in N]: Readonly<{ event: M } & z.infer<(typeof EVENTS)[M]['schema']>>;
}[N];

/** One event with its members, before it is written. `event` is a past participle: submitted, decided, voted, refused … */
export type AuditEvent = EventOf<EventName>;

/** What may stand in a request's chain. */
export type ChainedEvent = EventOf<NamesAt<'chained' | 'either'>>;

/** What may be noted apart from any chain. */
export type NotedEvent = EventOf<NamesAt<'noted' | 'either'>>;
