// When a failed attempt is worth another one, and what may be said about it in Redis.
import { UnrecoverableError } from 'bullmq';
import { Failure } from '../../domain/failure.ts';

/** An error whose text Redis may keep: a code, never a message that might quote a request. */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
  readonly retryAfterMs: number | undefined;

  constructor(code: string, retryAfterMs: number | undefined) {
    super(code);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A defect may be a passing one; this often it is tried before it is left to people. */
export const MOST_UNFORESEEN = 5;

/** What to throw so that the queue does the right thing with a failed attempt. */
export function asQueueError(error: unknown, attemptsMade: number): AttemptFailed | UnrecoverableError {
  const code = codeOf(error);
  if (error instanceof Failure) {
    return error.isTransient ? new AttemptFailed(code, error.retryAfterMs) : new UnrecoverableError(code);
  }
  return attemptsMade + 1 < MOST_UNFORESEEN ? new AttemptFailed(code, undefined) : new UnrecoverableError(code);
}

export function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code;
  return error instanceof Error ? `unforeseen_${error.name}` : 'unforeseen';
}

/** How long to wait before attempt n + 1: as long as the other side asked for, else doubling with jitter. */
export function retryDelayMs(
  attemptsMade: number,
  plan: { readonly firstRetryMs: number; readonly longestRetryMs: number },
  retryAfterMs?: number,
): number {
  if (retryAfterMs !== undefined) return Math.max(0, Math.ceil(retryAfterMs));
  const doubled = plan.firstRetryMs * 2 ** Math.min(Math.max(attemptsMade - 1, 0), 20);
  return Math.round(Math.min(doubled, plan.longestRetryMs) * (0.75 + Math.random() / 2));
}
