// Notify: somebody is told, at least once, and what became of it is written down.
import type { EffectRef } from '../domain/effect.ts';
import { Failure, isTransient } from '../domain/failure.ts';
import type { RequestRecord } from '../domain/record.ts';
import { type Told, told } from '../domain/steps/shown.ts';
import type { Store } from './ports.ts';
import { swap } from './swap.ts';

export type Outcome = Pick<Told, 'outcome' | 'detail' | 'message'>;
export const DELIVERED: Outcome = { outcome: 'delivered' };

/** Tells unless it was told already; a transient failure is the caller's to repeat, any other is given up, in the audit. */
export async function notify(
  store: Store,
  { id, key }: EffectRef,
  way: Told['way'],
  tell: (record: RequestRecord) => Promise<Outcome>,
): Promise<void> {
  const record = await store.read(id);
  if (record === undefined || record.absorbed.includes(key)) return;
  let outcome: Outcome;
  try {
    outcome = await tell(record);
  } catch (error) {
    if (isTransient(error) || !(error instanceof Failure)) throw error;
    outcome = { outcome: 'given_up', detail: error.code };
  }
  await swap(store, id, (newest, now) => told(newest, { way, key, ...outcome }, now));
}
