// How long a policy takes: a sample of questions, one at a time, beside the base by turns or beside what was recorded.
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { Policy } from '../../flow/ports.ts';
import type { Speed, Times } from './report.ts';

const QUESTIONS = 300;
/** Characters; a sample of the largest requests there may be would fill the memory. */
const LARGEST = 64 * 1024;
/** Slower by half, and by what somebody could measure again: less is noise. */
const FACTOR = 1.5;
const LEAST_MS = 0.25;

/** A fair sample, among what fits, of a stream of unknown length. `random` is below 1. */
export function reservoir<T>(limit: number, fits: (item: T) => boolean = () => true, random = Math.random) {
  const sample: T[] = [];
  let seen = 0;
  return {
    sample: sample as readonly T[],
    offer(item: T) {
      seen += 1;
      const i = sample.length < limit ? sample.length : Math.floor(random() * seen);
      if (i < limit && fits(item)) sample[i] = item;
    },
  };
}

/** A question and, where it was recorded, how long the policy of then took with it. */
type Sampled = { readonly input: PolicyInput; readonly tookMs?: number };

/** Two samples of a past: of all of it, and of what has its time recorded. */
export function openSample() {
  const fits = ({ input }: Sampled) => JSON.stringify(input).length <= LARGEST;
  const [all, timed] = [reservoir<Sampled>(QUESTIONS, fits), reservoir<Sampled>(QUESTIONS, fits)];
  return {
    all: all.sample,
    timed: timed.sample,
    offer(past: Sampled) {
      const { input, tookMs } = past;
      all.offer({ input });
      if (tookMs !== undefined) timed.offer({ input, tookMs });
    },
  };
}

/**
 * With a base both are asked, by turns. Without one the candidate is held against what was recorded of the very same
 * questions; where nothing was, against nothing.
 */
export async function measureSpeed(
  sample: { readonly all: readonly Sampled[]; readonly timed: readonly Sampled[] },
  candidate: Policy,
  base?: Policy,
): Promise<Speed> {
  const isRecorded = base === undefined && sample.timed.length > 0;
  const asked = isRecorded ? sample.timed : sample.all;
  const [candidateMs, baseMs]: [number[], number[]] = [[], []];
  for (const { input } of asked) {
    candidateMs.push(await timed(candidate, input));
    if (base !== undefined) baseMs.push(await timed(base, input));
  }
  const times = timesOf(candidateMs);
  if (base !== undefined) return beside(times, 'base', timesOf(baseMs));
  return isRecorded
    ? beside(times, 'recorded', timesOf(asked.flatMap(({ tookMs }) => tookMs ?? [])))
    : { candidate: times, isSlower: false };
}

function beside(candidate: Times, against: NonNullable<Speed['against']>, other: Times): Speed {
  return { candidate, against, [against]: other, isSlower: isSlower(candidate, other) };
}

/** The median decides: the slowest few of a sample belong to the machine. */
function isSlower({ p50 }: Times, other: Times): boolean {
  return p50 > other.p50 * FACTOR && p50 > other.p50 + LEAST_MS;
}

async function timed(policy: Policy, input: PolicyInput): Promise<number> {
  const start = performance.now();
  // No answer in time is a long time, and counted as broken elsewhere.
  const answer = await policy.ask(input).catch(() => undefined);
  const elapsed = performance.now() - start;
  return answer?.kind === 'answer' ? (answer.tookMs ?? elapsed) : elapsed; // measured as what is recorded was
}

export function timesOf(ms: readonly number[]): Times {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), samples: sorted.length };
}
