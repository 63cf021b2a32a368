// The clock's errands: wakes requests whose deadline, reminder or review has come, within about a second.

import { nap } from '../../contract/time.ts';
import { isNewer } from '../../domain/stored/shape.ts';
import type { Observe } from '../../flow/ports.ts';
import type { Repaired } from './repair.ts';

export type Deadlines = {
  now(): number;
  due(ms: number, limit: number): Promise<readonly string[]>;
  nextDeadlineAt(): Promise<number | undefined>;
  repair(): Promise<Repaired>;
};

export type SweeperOptions = {
  readonly store: Deadlines;
  /** Takes the step that is due; harmless when none is. */
  readonly wake: (id: string) => Promise<unknown>;
  readonly observe: Observe;
  /** A vote given in time may still be on its way: it commits first, and the sweeper finds a resolved request. */
  readonly graceMs?: number;
  readonly repairEveryMs?: number;
};

const LONGEST_NAP_MS = 500;
const BATCH = 500;
const AT_ONCE = 16;
/** A request that cannot be dealt with just now must not keep others waiting. */
const RETRY_MS = 2_000;
const SAY_NEWER_EVERY_MS = 60_000;

/** Any number of sweepers may run: the compare-and-set lets one of them act on a request. */
export function startSweeper(options: SweeperOptions): { stop(): Promise<void> } {
  const { store, wake, observe, graceMs = 300, repairEveryMs = 60_000 } = options;
  const retryAt = new Map<string, number>();
  const stopping = new AbortController();
  let repairAt = performance.now() + repairEveryMs;
  let isTroubled = false;
  let newerSaidAt = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const napMs = await round().catch(trouble);
      await nap(napMs, stopping.signal);
    }
  }

  /** Wakes what is due; how long to sleep then. */
  async function round(): Promise<number> {
    const limit = BATCH + retryAt.size;
    const due = await store.due(store.now() - graceMs, limit);
    isTroubled = false;
    forgetAllBut(due);
    const ready = due.filter(id => (retryAt.get(id) ?? 0) <= performance.now());
    await inParallel(ready, AT_ONCE, rouse);
    if (due.length === limit) return 0;
    await repairNowAndThen();
    const next = await store.nextDeadlineAt();
    const untilNextMs = next === undefined ? LONGEST_NAP_MS : next + graceMs - store.now();
    // What is overdue was just tried: it is no reason to hurry.
    return untilNextMs <= 0 ? LONGEST_NAP_MS : Math.min(untilNextMs + 1, LONGEST_NAP_MS);
  }

  async function rouse(id: string): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      await wake(id);
      // Normally gone from the deadlines now. If not, it has no business being there until repair looks at it.
      retryAt.set(id, performance.now() + RETRY_MS);
    } catch (error) {
      retryAt.set(id, performance.now() + RETRY_MS);
      if (isNewer(error)) sayNewer();
      else trouble(error);
    }
  }

  function forgetAllBut(due: readonly string[]): void {
    if (retryAt.size === 0) return;
    const still = new Set(due);
    for (const id of retryAt.keys()) if (!still.has(id)) retryAt.delete(id);
  }

  async function repairNowAndThen(): Promise<void> {
    if (performance.now() < repairAt) return;
    repairAt = performance.now() + repairEveryMs;
    const { deadlinesRestored } = await store.repair();
    if (deadlinesRestored === 0) return;
    const message = `${deadlinesRestored} pending request(s) had no deadline; it was restored. Look for who wrote to our keys.`;
    observe({ kind: 'trouble', where: 'sweeper', code: 'deadlines_restored', message });
  }

  /** Its own process watches its deadline; this one only asks now and then whether it has become readable. */
  function sayNewer(): void {
    if (performance.now() - newerSaidAt < SAY_NEWER_EVERY_MS) return;
    newerSaidAt = performance.now();
    const message = 'Requests of a newer version are due, and left to processes of that version. Upgrade this one.';
    observe({ kind: 'trouble', where: 'sweeper', code: 'stored_newer', message });
  }

  /** Told once per outage, not twice a second. */
  function trouble(error: unknown): number {
    if (!isTroubled) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
      observe({
        kind: 'trouble',
        where: 'sweeper',
        code,
        message: 'Deadlines cannot be enforced just now; trying again.',
      });
    }
    isTroubled = true;
    return LONGEST_NAP_MS;
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
