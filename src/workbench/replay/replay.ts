// Asks a candidate every recorded question again, many at a time, and adds up what it says.
import { availableParallelism } from 'node:os';
import { Failure } from '../../domain/failure.ts';
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { Policy, PolicyAnswer } from '../../flow/ports.ts';
import type { PastDecision, Skip } from './history.ts';
import type { Speed, Tallied } from './report.ts';
import { measureSpeed, openSample } from './speed.ts';
import { openTally } from './tally.ts';

export type Candidate = Policy & {
  /** The same answers to many questions in one call; undefined where these must be asked one by one. */
  askAll?(inputs: readonly PolicyInput[]): Promise<readonly PolicyAnswer[] | undefined>;
};

export type ReplayOptions = {
  readonly candidate: Candidate;
  /** The policies of today, for the comparison of times; nothing is judged by them. */
  readonly base?: Policy;
  readonly onProgress?: (decisions: number) => void;
};

/** What was found, and by which revision of the candidate, where its bundle says. */
export type Replayed = Tallied & { readonly speed: Speed; readonly revision?: string };

/** Single questions at a time: as many as the policy server has cores to answer, and some on their way. */
const ONE_BY_ONE = { lanes: 16, questions: 1 };
/** In one call: enough to spread its cost, few enough to be answered in time on a busy machine. */
const TOGETHER = { lanes: Math.max(4, availableParallelism() + 1), questions: 32 };
/** Characters of JSON in one call: requests may be large, and what is in flight is in memory. */
const MOST_AT_ONCE = 128 * 1024;
/** After so many calls for many in vain, one after the other, so many times each is asked alone before it is tried again. */
const VAIN = 3;
const ALONE = 60;

/** Throws when the candidate's server is gone; a single question without an answer counts as broken. */
export async function replay(
  history: AsyncIterable<PastDecision | Skip>,
  { candidate, base, onProgress }: ReplayOptions,
): Promise<Replayed> {
  const tally = openTally();
  const sample = openSample();
  const answersOf = asking(candidate);
  const past = history[Symbol.asyncIterator]();
  const { lanes, questions } = candidate.askAll === undefined ? ONE_BY_ONE : TOGETHER;
  let isOver = false;
  let revision: string | undefined;

  /** The next decisions, one at least; none when there are no more. */
  async function take(): Promise<readonly PastDecision[]> {
    const taken: PastDecision[] = [];
    let length = 0;
    while (!isOver && taken.length < questions && length < MOST_AT_ONCE) {
      const { value, done } = await past.next();
      if (done === true) break;
      if (value.kind === 'skip') tally.skip(value);
      else {
        taken.push(value);
        if (questions > 1) length += JSON.stringify(value.input).length;
      }
    }
    return taken;
  }

  async function work(): Promise<void> {
    for (let taken = await take(); taken.length > 0; taken = await take()) {
      const answers = await answersOf(taken);
      for (const [i, decision] of taken.entries()) {
        sample.offer(decision);
        const answer = answers[i] as PolicyAnswer;
        tally.add(decision, answer);
        if (answer.kind === 'answer') revision = answer.policy.revision;
      }
      onProgress?.(tally.decisions);
    }
  }

  try {
    await Promise.all(Array.from({ length: lanes }, work));
  } finally {
    isOver = true;
    await past.return?.();
  }
  const speed = await measureSpeed(sample, candidate, base);
  return { ...tally.result(), speed, ...(revision === undefined ? {} : { revision }) };
}

/** One answer for each, in their order. */
function asking(candidate: Candidate): (past: readonly PastDecision[]) => Promise<readonly PolicyAnswer[]> {
  let vain = 0;
  return async past => {
    if (past.length > 1 && vain < VAIN) {
      const answers = await candidate.askAll?.(past.map(({ input }) => input));
      if (answers !== undefined) {
        vain = 0;
        return answers;
      }
      vain += 1;
    } else if (vain >= VAIN) {
      vain = (vain + 1) % (VAIN + ALONE);
    }
    return Promise.all(past.map(decision => ask(candidate, decision)));
  };
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
