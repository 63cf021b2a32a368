// The race, solved in one place: read, take the pure step, store it if nobody was faster, else take it again.
import type { Change, StepResult } from '../domain/change.ts';
import type { RequestRecord } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Store } from './ports.ts';

/** Losing this often in a row means a crowd on one request; the caller is asked to try again. */
const MOST_TRIES = 7;

export type Swapped = { readonly kind: 'changed'; readonly record: RequestRecord; readonly change: Change } | Refusal;

/** The step may ask the world (policy, say); what it returns must follow from the record it was given. */
export type Step = (record: RequestRecord, now: number) => StepResult | Promise<StepResult>;

export async function swap(store: Store, id: string, step: Step): Promise<Swapped> {
  let record = await store.read(id);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (record === undefined) return refuse('unknown_request');
    const result = await step(record, store.now());
    if (result.kind === 'refusal') return result;
    const committed = await store.commit(result);
    if (committed.ok) return { kind: 'changed', record: result.next, change: result };
    record = committed.actual;
  }
  return refuse('busy', record);
}
