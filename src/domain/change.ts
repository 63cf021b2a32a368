// What a step gives back: the next record with the audit entries and effects that must be stored with it.
import { type AuditEntry, link } from './audit/chain.ts';
import type { ChainedEvent } from './audit/events.ts';
import type { Effect } from './effect.ts';
import type { RequestRecord } from './record.ts';
import type { Refusal } from './refusal.ts';

export type Change = {
  readonly kind: 'change';
  /** The version that must still be stored for this change to apply; 0 when the request must not exist yet. */
  readonly expected: number;
  readonly next: RequestRecord;
  readonly entries: readonly AuditEntry[];
  readonly effects: readonly Effect[];
  /** It breaks glass, and policy was told that so many others of the service did within a day: stored only if no more did. */
  readonly glass?: { readonly others: number };
};

/** There is nothing to do: it is done already, or not due, or the record has moved on. Nobody is told. */
export type Unchanged = { readonly kind: 'unchanged'; readonly record: RequestRecord };

export type StepResult = Change | Refusal | Unchanged;

export function unchanged(record: RequestRecord): Unchanged {
  return { kind: 'unchanged', record };
}

type Patch = { readonly [K in keyof RequestRecord]?: RequestRecord[K] | undefined };

/** The record with a patch, one version on, its audit chain continued. */
export function change(
  record: RequestRecord,
  patch: Patch,
  events: readonly ChainedEvent[],
  effects: readonly Effect[] = [],
): Change {
  const { entries, head } = link(record.id, record.audit, events);
  const next = { ...record, ...patch, version: record.version + 1, audit: head } as RequestRecord;
  return { kind: 'change', expected: record.version, next, entries, effects };
}

/** Two steps taken as one: stored together, as one version. */
export function together(first: Change, second: Change): Change {
  return {
    kind: 'change',
    expected: first.expected,
    next: { ...second.next, version: first.expected + 1 },
    entries: [...first.entries, ...second.entries],
    effects: [...first.effects, ...second.effects],
    ...(second.glass === undefined ? {} : { glass: second.glass }),
  };
}
