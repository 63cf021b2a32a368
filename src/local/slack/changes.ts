// Tells whoever waits that something in the workspace changed: the page, and tests that await an event instead of sleeping.

export type Changes = {
  readonly changed: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly until: <T>(describe: string, probe: () => T | undefined | false | null, timeoutMs?: number) => Promise<T>;
};

/** A probe may also look at things outside the workspace, which announce nothing. */
const RECHECK_MS = 50;
const DEFAULT_TIMEOUT_MS = 10_000;

export function createChanges(describeWorld: () => string): Changes {
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listener of [...listeners]) listener();
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  function until<T>(
    describe: string,
    probe: () => T | undefined | false | null,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let lastError: unknown;
      const check = (): boolean => {
        try {
          const found = probe();
          if (found === undefined || found === null || found === false) return false;
          end();
          resolve(found);
          return true;
        } catch (error) {
          // A probe that throws is a probe that has not found it yet; the last reason is told if time runs out.
          lastError = error;
          return false;
        }
      };
      const unsubscribe = subscribe(check);
      const poll = setInterval(check, RECHECK_MS);
      const timer = setTimeout(() => {
        end();
        const message = `Waited ${timeoutMs} ms for ${describe}, and it did not happen.\n${describeWorld()}`;
        reject(new Error(message, { cause: lastError }));
      }, timeoutMs);
      const end = (): void => {
        unsubscribe();
        clearInterval(poll);
        clearTimeout(timer);
      };
      check();
    });
  }

  return { changed, subscribe, until };
}
