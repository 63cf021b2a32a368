// The one way in: whatever is kept of an event, in a chain or apart, gets its version here.
import { AUDIT_VERSION, type AuditEvent } from './events.ts';

export type Written<E extends AuditEvent> = E & { readonly v: typeof AUDIT_VERSION };

/** Not parsed: the types hold what we write, and this is on the path of every decision. */
export function written<E extends AuditEvent>(event: E): Written<E> {
  return { v: AUDIT_VERSION, ...event };
}
