// Counts the work that goes on after an acknowledgement, which neither Slack nor Bolt waits for.
import { within } from '../../contract/time.ts';

export type InFlight = {
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way any more, or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void>;
};

export function createInFlight(): InFlight {
  const works = new Set<Promise<unknown>>();
  return {
    track(work) {
      works.add(work);
      const done = () => void works.delete(work);
      work.then(done, done);
      return work;
    },
    async idle(timeoutMs) {
      const allDone = async () => {
        while (works.size > 0) await Promise.allSettled(works);
      };
      await within(allDone(), timeoutMs);
    },
  };
}
