// What the script answered to a change: stored, over a budget, or what stands there instead.
import type { Failure } from '../../domain/failure.ts';
import { decodeRecord } from '../../domain/stored/record.ts';
import type { Committed, OverBudget } from '../../flow/ports.ts';
import { storeFailure } from './failures.ts';

/** Who waits for the answer. */
export type Awaiting = {
  answer(committed: Committed): void;
  fail(error: Failure): void;
};

export function settle(offer: Awaiting, answer: unknown): void {
  if (answer === 1) {
    offer.answer({ ok: true });
    return;
  }
  const [first, stored, waitMs]: readonly unknown[] = Array.isArray(answer) ? answer : [];
  if (first === 'over') {
    const over = { budget: stored as OverBudget['budget'], retryAfterMs: Number(waitMs) };
    offer.answer({ ok: false, actual: undefined, over });
    return;
  }
  try {
    const actual = typeof stored === 'string' ? decodeRecord(stored) : undefined;
    offer.answer({ ok: false, actual, ...(first === 'outdated' ? { isOutdated: true } : {}) });
  } catch (error) {
    offer.fail(storeFailure(error));
  }
}
