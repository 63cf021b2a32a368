// Asks a candidate every recorded question again, many at a time, and adds up what it says.
import { Failure } from '../domain/failure.ts';
import type { Policy, PolicyAnswer } from '../flow/ports.ts';
import type { PastDecision, Skip } from './history.ts';
import type { Speed, Tallied } from './report.ts';
import { measureSpeed, questions, recordedTimes } from './speed.ts';
import { openTally } from './tally.ts';

export type ReplayOptions = {
  readonly candidate: Policy;
  /** The policies of today, for the comparison of times; nothing is judged by them. */
  readonly base?: Policy;
  /** Questions at a time: as many as the policy server has cores to answer, and some on their way. */
  readonly concurrency?: number;
  readonly onProgress?: (decisions: number) => void;
};

const CONCURRENCY = 16;

/** Throws when the candidate's server is gone; a single question without an answer counts as broken. */
export async function replay(
  history: AsyncIterable<PastDecision | Skip>,
  { candidate, base, concurrency = CONCURRENCY, onProgress }: ReplayOptions,
): Promise<Tallied & { readonly speed: Speed }> {
  const tally = openTally();
  const [sample, took] = [questions(), recordedTimes()];
  const past = history[Symbol.asyncIterator]();
  let isOver = false;

  async function work(): Promise<void> {
    while (!isOver) {
      const { value, done } = await past.next();
      if (done === true) return;
      if (value.kind === 'skip') {
        tally.skip(value);
        continue;
      }
      sample.offer(value.input);
      if (value.tookMs !== undefined) took.offer(value.tookMs);
      tally.add(value, await ask(candidate, value));
      onProgress?.(tally.decisions);
    }
  }

  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    isOver = true;
    await past.return?.();
  }
  return { ...tally.result(), speed: await measureSpeed(sample.sample, took.sample, candidate, base) };
}

async function ask(candidate: Policy, { input }: PastDecision): Promise<PolicyAnswer> {
  try {
    return await candidate.ask(input);
  } catch (error) {
    // The breaker names a time to come back once several in a row had no answer: then there is nobody to ask.
    if (!(error instanceof Failure) || error.retryAfterMs !== undefined) throw error;
    return { kind: 'broken', code: error.code, cause: 'the candidate gave no answer in time' };
  }
}
