// The life of a request as one table, read by the code and by people: states × what happens.

/**
 * A request leaves `pending` exactly once. A state without exits is resolved.
 *
 * | pending | policy allows → approved · policy denies → denied · policy needs people → pending · policy is broken → failed
 * |         | the clock passes the deadline → expired · the requester withdraws → cancelled · nobody can be asked → failed
 */
export const lifecycle = {
  pending: {
    allow: 'approved',
    deny: 'denied',
    require_approval: 'pending',
    error: 'failed',
    deadline: 'expired',
    cancel: 'cancelled',
    breakdown: 'failed',
  },
  approved: {},
  denied: {},
  expired: {},
  cancelled: {},
  failed: {},
} as const satisfies Record<string, Record<string, string>>;

/** The word everybody is told, on every surface. */
export type Status = keyof typeof lifecycle;
export type Resolved = Exclude<Status, 'pending'>;
export type Happening = keyof (typeof lifecycle)['pending'];

/** Whose doing the end of a request was. Silence is never reported as a person's "no". */
export type ResolvedBy = 'policy' | 'people' | 'clock' | 'requester' | 'system';

export const statuses = Object.keys(lifecycle) as readonly Status[];

export function isResolved(status: Status): status is Resolved {
  return Object.keys(lifecycle[status]).length === 0;
}

/** The state that follows, or undefined where the table has no exit. */
export function after(status: Status, happening: Happening): Status | undefined {
  const exits: { readonly [happening in Happening]?: Status } = lifecycle[status];
  return exits[happening];
}
