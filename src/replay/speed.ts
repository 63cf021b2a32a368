// How long a policy takes: the same sample of questions, one at a time, of the candidate and of the base by turns.
import type { PolicyInput } from '../domain/policy-input.ts';
import type { Policy } from '../flow/ports.ts';
import type { Speed, Times } from './report.ts';

const QUESTIONS = 300;
/** Characters; a sample of the largest requests there may be would fill the memory. */
const LARGEST = 64 * 1024;
const NUMBERS = 10_000;
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

export const questions = () => reservoir<PolicyInput>(QUESTIONS, input => JSON.stringify(input).length <= LARGEST);
export const recordedTimes = () => reservoir<number>(NUMBERS);

export async function measureSpeed(
  asked: readonly PolicyInput[],
  recorded: readonly number[],
  candidate: Policy,
  base?: Policy,
): Promise<Speed> {
  const [candidateMs, baseMs]: [number[], number[]] = [[], []];
  for (const input of asked) {
    candidateMs.push(await timed(candidate, input));
    if (base !== undefined) baseMs.push(await timed(base, input));
  }
  const times = timesOf(candidateMs);
  const beside = base === undefined ? undefined : timesOf(baseMs);
  const then = recorded.length === 0 ? undefined : timesOf(recorded);
  return {
    candidate: times,
    ...(beside === undefined ? {} : { base: beside }),
    ...(then === undefined ? {} : { recorded: then }),
    isSlower: isSlower(times, beside ?? then),
  };
}

/** The median decides: the slowest few of a sample belong to the machine. */
function isSlower({ p50 }: Times, other: Times | undefined): boolean {
  return other !== undefined && p50 > other.p50 * FACTOR && p50 > other.p50 + LEAST_MS;
}

async function timed(policy: Policy, input: PolicyInput): Promise<number> {
  const start = performance.now();
  await policy.ask(input).catch(() => undefined); // no answer in time is a long time, and counted as broken elsewhere
  return performance.now() - start;
}

export function timesOf(ms: readonly number[]): Times {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), samples: sorted.length };
}
