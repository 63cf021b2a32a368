// All intakes: the shared one, and one for each service that has a key for the queue, from the moment it has one.

import { nap } from '../../contract/time.ts';
import type { Observe } from '../../flow/ports.ts';
import { type IntakeOptions, startIntake } from './intake.ts';
import { codeOf } from './retry.ts';

export type IntakesOptions = Omit<IntakeOptions, 'service'> & {
  /** Whose intakes there are by now. */
  readonly services: () => Promise<readonly string[]>;
};

/** A service that was given its first key a moment ago waits this long for its first request to be taken in. */
const LOOK_EVERY_MS = 1_000;

/** Services share nothing but the process: a backlog of one is not in the way of another. */
export async function startIntakes({ services, ...options }: IntakesOptions): Promise<{ stop(): Promise<void> }> {
  const intakes = new Map<string | undefined, { stop(): Promise<void> }>([[undefined, startIntake(options)]]);
  const stopping = new AbortController();
  await look();
  const watching = watch();

  async function look(): Promise<void> {
    for (const service of await services()) {
      if (!intakes.has(service) && !stopping.signal.aborted) intakes.set(service, startIntake({ ...options, service }));
    }
  }

  async function watch(): Promise<void> {
    let isTroubled = false;
    for (;;) {
      await nap(LOOK_EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await look();
        isTroubled = false;
      } catch (error) {
        if (!isTroubled) options.observe(unread(error));
        isTroubled = true;
      }
    }
  }

  return {
    async stop() {
      stopping.abort();
      // All at once: a look that is under way opens none any more, and may take long where Redis is away.
      await Promise.all([watching, ...[...intakes.values()].map(intake => intake.stop())]);
    },
  };
}

function unread(error: unknown): Parameters<Observe>[0] {
  const message = 'Whose intakes there are cannot be read just now; a new one is taken in from later.';
  return { kind: 'trouble', where: 'intake', code: codeOf(error), message };
}
