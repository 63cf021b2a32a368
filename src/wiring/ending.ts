// How a process ends, whatever is down: within 20 seconds, in this order.
//
//   1. Entrances close and nothing new is begun, all at once: the API refuses, Slack's deliveries are neither read nor
//      acknowledged, queues hand out no job, the relay and the clock rest.
//   2. What is under way gets WORK_MS: together, not one after the other, so that one that hangs costs the others nothing.
//   3. What work leans on is closed, the newest first, whether work has ended or not. Connections are cut, not asked to
//      say goodbye: a Redis that is down would never answer, and what waits for it fails now.
//
// What did not end is begun again after a restart: jobs by their lock, effects by the outbox, calls by who made them.

import { within } from '../contract/time.ts';
import type { Observe } from '../flow/ports.ts';

export type Ending = {
  /** Registers who takes work in or does it. `stop` takes nothing new from the moment it is called. */
  readonly whenTold: (what: string, stop: () => unknown) => void;
  /** Registers what work leans on. */
  readonly atEnd: (close: () => unknown) => void;
  /** Ends all of it, once. What is registered from now on, by a start that still goes on, is ended at once. */
  end(observe: Observe): Promise<void>;
  /** Who has not ended yet. */
  unended(): readonly string[];
};

/** A queue gives its jobs ten seconds and then one to hear that they shall end. */
const WORK_MS = 12_500;
const CLOSE_MS = 2_000;

export function openEnding({ workMs = WORK_MS, closeMs = CLOSE_MS } = {}): Ending {
  const workers: { readonly what: string; readonly stop: () => unknown }[] = [];
  const closings: (() => unknown)[] = [];
  const unended = new Set<string>();
  let ended: Promise<void> | undefined;

  async function endAll(observe: Observe): Promise<void> {
    await within(Promise.all(workers.map(({ what, stop }) => stopOne(what, stop, observe))), workMs);
    for (const what of unended) {
      observe(
        trouble('not_ended', `${what} did not end in time and is cut off; it is taken up again after a restart.`),
      );
    }
    await within(Promise.all(closings.toReversed().map(close => closeOne(close, observe))), closeMs);
  }

  async function stopOne(what: string, stop: () => unknown, observe: Observe): Promise<void> {
    unended.add(what);
    try {
      await stop();
    } catch {
      observe(
        trouble('end_failed', `${what} ended with an error; what it had begun is taken up again after a restart.`),
      );
    }
    unended.delete(what);
  }

  async function closeOne(close: () => unknown, observe: Observe): Promise<void> {
    try {
      await close();
    } catch {
      observe(trouble('end_failed', 'A connection could not be closed; it goes with the process.'));
    }
  }

  return {
    whenTold(what, stop) {
      if (ended === undefined) workers.push({ what, stop });
      else void stopOne(what, stop, () => {});
    },
    atEnd(close) {
      if (ended === undefined) closings.push(close);
      else void closeOne(close, () => {});
    },
    end(observe) {
      ended ??= endAll(observe);
      return ended;
    },
    unended: () => [...unended],
  };
}

function trouble(code: string, message: string) {
  return { kind: 'trouble', where: 'ending', code, message } as const;
}
