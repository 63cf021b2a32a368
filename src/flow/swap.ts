// The race, solved in one place: read, take the pure step, store it if nobody was faster, else take it again.
import type { Change, StepResult, Unchanged } from '../domain/change.ts';
import type { RequestRecord } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Store } from './ports.ts';

/** Losing this often in a row means a crowd on one request; the caller is asked to try again. */
const MOST_TRIES = 7;

export type Changed = { readonly kind: 'changed'; readonly record: RequestRecord; readonly change: Change };

/** Where the step always has something to do or somebody to answer, there is no `unchanged`. */
export type Swapped<Result extends StepResult = StepResult> = Changed | Refusal | Extract<Result, Unchanged>;

/** The step may ask the world (policy, say); what it returns must follow from the record it was given. */
export type Step<Result extends StepResult> = (record: RequestRecord, now: number) => Result | Promise<Result>;

export async function swap<Result extends StepResult>(
  store: Store,
  id: string,
  step: Step<Result>,
): Promise<Swapped<Result>> {
  let record = await store.read(id);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (record === undefined) return refuse('unknown_request');
    const result: StepResult = await step(record, store.now());
    if (result.kind === 'refusal') return result;
    if (result.kind === 'unchanged') return result as Extract<Result, Unchanged>;
    const committed = await store.commit(result);
    if (committed.ok) return { kind: 'changed', record: result.next, change: result };
    record = committed.actual;
  }
  return refuse('busy', record);
}
