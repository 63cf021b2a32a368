// Decide: asks policy about a stored request that has no answer yet, for as long as there is none.
import { unchanged } from '../domain/change.ts';
import { type Failure, isTransient } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import { putOff } from '../domain/steps/ended.ts';
import { type JudgeWorld, judge } from './judge.ts';
import type { Store } from './ports.ts';
import { swap } from './swap.ts';

export type DecideWorld = JudgeWorld & { readonly store: Store };

/** Throws while policy cannot be asked, so that whoever called tries again; the clock ends a request, not this. */
export async function decide(world: DecideWorld, id: string): Promise<void> {
  const { store } = world;
  try {
    await swap(store, id, async (record, now) => {
      const isOpen = record.status === 'pending' && record.decision === undefined && now < Date.parse(record.expiresAt);
      return isOpen ? judge(world, record, 'submit', now) : unchanged(record);
    });
  } catch (error) {
    if (isTransient(error)) {
      const noted = await swap(store, id, (record, now) => putOff(record, error as Failure, now));
      if (noted.kind === 'changed' && isResolved(noted.record.status)) return; // it cannot be judged, and has heard so
    }
    throw error;
  }
}
