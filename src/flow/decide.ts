// Decide: asks policy about a stored request that has no answer yet, for as long as there is none.
import { unchanged } from '../domain/change.ts';
import { Failure, isTransient } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import { putOff } from '../domain/steps/ended.ts';
import { type JudgeWorld, judge } from './judge.ts';
import type { Store } from './ports.ts';
import { type Swapped, swap } from './swap.ts';

export type DecideWorld = JudgeWorld & { readonly store: Store };

/** Throws while policy cannot be asked, so that whoever called tries again; the clock ends a request, not this. */
export async function decide(world: DecideWorld, id: string): Promise<void> {
  const { store } = world;
  let result: Swapped;
  try {
    result = await swap(store, id, async (record, now) => {
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
  if (result.kind === 'refusal' && result.code === 'busy') {
    // Many emergencies of one service at the same moment: each time another one of them was stored first.
    throw new Failure('busy', `${id} is decided a moment later: too many did the same at once.`, { isTransient: true });
  }
}
