// Time as the workspace sees it: one injectable clock, unique message timestamps, and work that falls due by that clock.

export type Clock = {
  readonly now: () => number;
  /** A Slack timestamp, never given twice and always later than the last one. */
  readonly nextTs: () => string;
  readonly after: (delayMs: number, work: () => void) => () => void;
  readonly stop: () => void;
};

/** How often due work is looked for: a test may move the injected clock at any moment. */
const TICK_MS = 20;

export function formatTs(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  return `${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}`;
}

export function createClock(now: () => number): Clock {
  let lastMicroseconds = 0;
  const due = new Map<symbol, { readonly dueAt: number; readonly work: () => void }>();
  let ticker: NodeJS.Timeout | undefined;

  function tick(): void {
    for (const [key, entry] of [...due]) {
      if (entry.dueAt > now()) continue;
      due.delete(key);
      entry.work();
    }
    if (due.size === 0 && ticker) {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  return {
    now,
    nextTs() {
      lastMicroseconds = Math.max(Math.floor(now() * 1000), lastMicroseconds + 1);
      return formatTs(lastMicroseconds);
    },
    after(delayMs, work) {
      const key = Symbol('due');
      due.set(key, { dueAt: now() + delayMs, work });
      ticker ??= setInterval(tick, TICK_MS).unref();
      return () => void due.delete(key);
    },
    stop() {
      due.clear();
      if (ticker) clearInterval(ticker);
      ticker = undefined;
    },
  };
}
