// Tells people what the set-up does: one calm line per step, on stderr, so that stdout stays the command's own.

const STILL_EVERY_MS = 30_000;

/** @param {number} ms */
export function duration(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`  ${line}\n`);
}

/** Runs one step and says when it begins, that it goes on, and how long it took. */
export async function step(label, work) {
  const startedAt = Date.now();
  say(`… ${label}`);
  const still = setInterval(() => say(`… ${label} (${duration(Date.now() - startedAt)} so far)`), STILL_EVERY_MS);
  still.unref();
  try {
    const result = await work();
    say(`✓ ${label} (${duration(Date.now() - startedAt)})`);
    return result;
  } catch (cause) {
    say(`✗ ${label} (${duration(Date.now() - startedAt)})`);
    throw cause;
  } finally {
    clearInterval(still);
  }
}

/** A failure of the set-up; its message ends with what to do about it. */
export function setupFailure(code, message, cause) {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), { code });
}

/** Prints a failure as people need it: the message, then the causes, no stack. */
export function explain(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  for (let cause = error?.cause; cause; cause = cause.cause) {
    process.stderr.write(`  because: ${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}
