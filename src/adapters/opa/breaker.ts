// Spares a policy server that does not answer, and everybody who would wait for it.

/**
 * - *closed*: every question passes. Left when `threshold` questions in a row fail within `windowMs`.
 * - *open*: every question fails at once, and is told when to come back. Left by time, after `coolDownMs`.
 * - *half-open*: the first question to come waits for a probe, the others fail as if open. A good probe closes, but the
 *   very next failure opens again; a bad one opens at once.
 *
 * An answer that arrives, at any time, closes: it is the best probe.
 */
export type Breaker = {
  /** Calls `attempt` if the state allows. Throws what `refuse` makes while it does not. */
  pass<T>(attempt: () => Promise<T>): Promise<T>;
};

export type BreakerOptions = {
  readonly threshold: number;
  readonly windowMs: number;
  readonly coolDownMs: number;
  readonly now: () => number;
  readonly probe: () => Promise<boolean>;
  /** Whether this error means that nobody answered. */
  readonly isOutage: (error: unknown) => boolean;
  readonly refuse: (retryAfterMs: number) => Error;
  readonly onChange?: (state: 'open' | 'closed') => void;
};

export function breaker(options: BreakerOptions): Breaker {
  const { threshold, windowMs, coolDownMs, now } = options;
  let failures = 0;
  let firstFailureAt = 0;
  let openUntil: number | undefined;
  let isProbing = false;

  function open(): void {
    if (openUntil === undefined) options.onChange?.('open');
    openUntil = now() + coolDownMs;
  }

  function close(toleratedFailures: number): void {
    if (openUntil !== undefined) options.onChange?.('closed');
    openUntil = undefined;
    failures = threshold - toleratedFailures;
    firstFailureAt = now();
  }

  function failed(): void {
    if (openUntil !== undefined) return; // an attempt that began before it opened
    if (failures === 0 || now() - firstFailureAt > windowMs) {
      failures = 0;
      firstFailureAt = now();
    }
    failures += 1;
    if (failures >= threshold) open();
  }

  async function probe(): Promise<void> {
    if (openUntil === undefined) return;
    const waitMs = openUntil - now();
    if (waitMs > 0 || isProbing) throw options.refuse(waitMs > 0 ? waitMs : coolDownMs);
    isProbing = true;
    try {
      if (await options.probe()) return close(1);
      open();
      throw options.refuse(coolDownMs);
    } finally {
      isProbing = false;
    }
  }

  return {
    async pass(attempt) {
      if (openUntil !== undefined) await probe();
      try {
        const result = await attempt();
        if (failures > 0 || openUntil !== undefined) close(threshold);
        return result;
      } catch (error) {
        if (options.isOutage(error)) failed();
        throw error;
      }
    },
  };
}
