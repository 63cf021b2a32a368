// How a process hears that it shall end: a first signal ends it in order, a second one at once, and time does in any case.
import { constants } from 'node:os';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/** Below the twenty seconds that we promise, above all that an end in order may take. */
const LAST_RESORT_MS = 18_000;
const NOT_ENDED = 1;

/**
 * Aborts at the first signal, or when `node --watch`, which runs us, is gone. From then on the process ends within
 * LAST_RESORT_MS, with an exit code that says so: what is under way is taken up again after a restart.
 */
export function toldToEnd(unended: () => readonly string[], signals = SIGNALS): AbortSignal {
  const told = new AbortController();
  const hear = (signal: NodeJS.Signals) => {
    // A second time it is an order.
    if (told.signal.aborted) process.exit(128 + constants.signals[signal]);
    begin();
  };
  const begin = () => {
    if (told.signal.aborted) return;
    setTimeout(() => giveUp(unended()), LAST_RESORT_MS).unref();
    told.abort();
  };
  for (const name of signals) process.on(name, hear);
  if (process.channel !== undefined) {
    process.once('disconnect', begin);
    process.channel?.unref();
  }
  return told.signal;
}

function giveUp(names: readonly string[]): never {
  const what = names.length === 0 ? 'What was begun' : names.join(', ');
  process.stderr.write(`${what} did not end within ${LAST_RESORT_MS / 1_000} s of being told to. It is cut off now.\n`);
  process.exit(NOT_ENDED);
}
