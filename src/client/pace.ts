// How fast to try again: quickly at first, never in step with others, and no longer than somebody waits.

const FIRST_MS = 100;
const LONGEST_MS = 2_000;
/** Node's timers hold no more: about 25 days, which counts as for ever. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The n-th pause (from 0), with jitter so that a thousand clients of a restarted server do not knock at once. */
export function pauseMs(n: number, atLeastMs = 0): number {
  const longest = Math.min(FIRST_MS * 2 ** n, LONGEST_MS);
  return Math.max(atLeastMs, longest / 2 + Math.random() * (longest / 2));
}

/**
 * One signal for a timeout and the caller's own; `release` lets go of all. Listeners rather than `AbortSignal.any`, whose
 * traces would stay on a signal that outlives many calls.
 */
export function limit(timeoutMs: number, ...signals: readonly (AbortSignal | undefined)[]) {
  const ending = new AbortController();
  const end = () => ending.abort(signals.find(signal => signal?.aborted)?.reason);
  const timer = timeoutMs > LONGEST_TIMER_MS ? undefined : setTimeout(end, Math.max(0, timeoutMs));
  if (signals.some(signal => signal?.aborted)) end();
  for (const signal of signals) signal?.addEventListener('abort', end, { once: true });
  return {
    signal: ending.signal,
    release() {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', end);
    },
  };
}
