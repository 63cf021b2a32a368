// Does something again and again, one round after the other, until it is told to end.
import { setTimeout as sleep } from 'node:timers/promises';
import { failureCode } from '../domain/failure.ts';
import type { Observe } from '../flow/ports.ts';

export type Rounds = {
  readonly everyMs: number;
  /** Told to end while it goes on, it ends as soon as it may. */
  readonly round: (signal: AbortSignal) => Promise<void>;
  readonly observe: Observe;
  readonly where: string;
  /** What does not happen while rounds fail, and what to do: told once, until one has worked again. */
  readonly trouble: string;
};

export function regularly({ everyMs, round, observe, where, trouble }: Rounds): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isTroubled = false;
  const run = async () => {
    while (!signal.aborted) {
      try {
        await round(signal);
        isTroubled = false;
      } catch (error) {
        const code = failureCode(error, 'unexpected');
        if (!isTroubled && !signal.aborted) observe({ kind: 'trouble', where, code, message: trouble });
        isTroubled = true;
      }
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
