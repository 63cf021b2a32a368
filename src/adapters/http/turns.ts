// Heavy work of many, one piece at a time: round robin by whose it is, so that a crowd of one waits behind itself alone.
import { isInTime } from '../../contract/time.ts';

export type Turns = {
  /** Does the work when it is this one's turn. */
  take<T>(whose: string, work: () => Promise<T>): Promise<T>;
};

/** One that hangs, on a store that is away, holds the others only for a moment. */
const HANGS_AFTER_MS = 1_000;

export function createTurns(): Turns {
  /** In the order in which they have their next turn. */
  const lines = new Map<string, (() => Promise<void>)[]>();
  let isRunning = false;

  async function run(): Promise<void> {
    for (let next = first(); next !== undefined; next = first()) {
      await isInTime(next(), HANGS_AFTER_MS);
      // Whatever else came in meanwhile goes before the next heavy piece.
      await new Promise(resolve => setImmediate(resolve));
    }
    isRunning = false;
  }

  function first(): (() => Promise<void>) | undefined {
    const [entry] = lines;
    if (entry === undefined) return undefined;
    const [whose, line] = entry;
    const work = line.shift();
    lines.delete(whose);
    if (line.length > 0) lines.set(whose, line);
    return work;
  }

  return {
    take: (whose, work) =>
      new Promise((answer, fail) => {
        const line = lines.get(whose) ?? [];
        line.push(() => work().then(answer, fail));
        lines.set(whose, line);
        if (isRunning) return;
        isRunning = true;
        void run();
      }),
  };
}
