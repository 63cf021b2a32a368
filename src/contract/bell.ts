// A bell that remembers having rung, so that a hint between reading and sleeping is not lost.

export type Bell = {
  /** Before reading: whatever rings from now on will be heard. */
  reset(): void;
  ring(): void;
  /** Whether it rang, within that time or until nobody listens any more. */
  heard(withinMs: number, signal?: AbortSignal): Promise<boolean>;
};

export function newBell(): Bell {
  let hasRung = false;
  let awake: (() => void) | undefined;
  return {
    reset() {
      hasRung = false;
    },
    ring() {
      hasRung = true;
      awake?.();
    },
    heard(withinMs, signal) {
      if (hasRung || withinMs <= 0 || signal?.aborted === true) return Promise.resolve(hasRung);
      return new Promise(resolve => {
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          awake = undefined;
          resolve(hasRung);
        };
        const timer = setTimeout(done, withinMs);
        signal?.addEventListener('abort', done, { once: true });
        awake = done;
      });
    },
  };
}
