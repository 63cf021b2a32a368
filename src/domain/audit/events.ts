// Every event that the audit may hold, with its members: in the chain of a request, or apart from any.
import type { z } from 'zod';
import { APPROVAL_EVENTS } from './events/approvals.ts';
import { IDENTITY_EVENTS } from './events/identities.ts';
import { INTAKE_EVENTS } from './events/intake.ts';
import type { Place } from './events/listed.ts';
import { MESSAGE_EVENTS } from './events/messages.ts';
import { REQUEST_EVENTS } from './events/requests.ts';
import { REVIEW_EVENTS } from './events/reviews.ts';

/**
 * The form of entries as written today. A member may be added without a new version only where an entry that lacks it
 * still means what it says; any other change moves this number, and `upcast.ts` learns to read what was written before.
 */
export const AUDIT_VERSION = 2;

/** The members of each event, beside `event`, `at` and `v`, in the order of the table in `src/README.md`. */
export const EVENTS = {
  ...REQUEST_EVENTS,
  ...REVIEW_EVENTS,
  ...MESSAGE_EVENTS,
  ...APPROVAL_EVENTS,
  ...INTAKE_EVENTS,
  ...IDENTITY_EVENTS,
};

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
