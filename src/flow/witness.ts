// Everything that is stored is also seen: turns the audit entries of each commit into observations for metrics and log.
import type { AuditEntry } from '../domain/audit.ts';
import type { Change } from '../domain/change.ts';
import type { Observation, Observe, Store } from './ports.ts';

/** The same store; whatever it commits is observed once it is stored, so that no step can forget to report. */
export function witnessed(store: Store, observe: Observe): Store {
  return {
    now: () => store.now(),
    read: id => store.read(id),
    note: fact => store.note(fact),
    due: (ms, limit) => store.due(ms, limit),
    list: query => store.list(query),
    commit: async change => {
      const committed = await store.commit(change);
      if (committed.ok) for (const entry of change.entries) report(observe, change, entry);
      return committed;
    },
  };
}

function report(observe: Observe, { next }: Change, entry: AuditEntry): void {
  const observation = observed(next.id, entry, Date.parse(next.submittedAt));
  if (observation !== undefined) observe(observation);
}

function observed(id: string, entry: AuditEntry, submittedAt: number): Observation | undefined {
  const text = (name: string) => String(entry[name]);
  switch (entry.event) {
    case 'decided':
      return { kind: 'decided', id, phase: text('phase'), outcome: text('outcome') };
    case 'delayed':
      return { kind: 'delayed', id };
    case 'resolved':
      return {
        kind: 'resolved',
        id,
        status: text('status'),
        by: text('by'),
        afterMs: Date.parse(entry.at) - submittedAt,
      };
    case 'voted':
      return { kind: 'voted', id };
    case 'refused':
      return { kind: 'refused', id, code: text('code') };
    case 'redeemed':
    case 'revoked':
      return { kind: 'grant', id, outcome: entry.event };
    case 'redeem_refused':
      return { kind: 'grant', id, outcome: text('code') };
    case 'told':
      return { kind: 'told', id, way: text('way'), outcome: text('outcome') };
    default:
      return undefined;
  }
}
