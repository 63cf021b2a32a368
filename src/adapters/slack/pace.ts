// Keeps below Slack's rate limits, so that what matters most still goes through when much is to be said at once.

import { nap } from '../../contract/time.ts';
import { tooFast } from './failures.ts';
import { createRounds, type Rounds } from './rounds.ts';

/** In the order of their weight: a decision before a new card, a new card before what nobody waits for. */
export type Weight = 'decision' | 'request' | 'telling';

export type Pace = {
  /** Resolves when the call may be made; throws a transient failure when that is longer than a short wait away. */
  turn(method: string, channel: string, weight: Weight, whose?: string): Promise<void>;
  /** Slack itself said how long to hold back. */
  holdBack(method: string, channel: string, retryAfterMs: number): void;
};

type Bucket = { tokens: number; filledAt: number };
type Rate = { readonly capacity: number; readonly perMs: number };

/** One post a second for each channel, with a small burst. */
const POSTS: Rate = { capacity: 4, perMs: 1 / 1_000 };
/** Slack allows 50 a minute and more. */
const OTHERS: Rate = { capacity: 20, perMs: 40 / 60_000 };
/** Of the Home tab it allows 100 a minute and more. */
const HOMES: Rate = { capacity: 20, perMs: 80 / 60_000 };
/** Which share of a full bucket stays reserved for weightier calls. */
const RESERVED = { decision: 0, request: 0.25, telling: 0.5 } as const satisfies Record<Weight, number>;
const SHORT_WAIT_MS = 900;
/** Spreads the calls that were sent away, so that they do not come back all at once. */
const SPREAD_MS = 1_000;
const MOST_BUCKETS = 2_000;

export function createPace(
  now: () => number = Date.now,
  random: () => number = Math.random,
  pause: (ms: number) => Promise<void> = nap,
): Pace {
  const buckets = new Map<string, Bucket>();
  const heldUntil = new Map<string, number>();
  const rounds = new Map<string, Rounds>();
  return {
    async turn(method, channel, weight, whose = '') {
      const key = keyOf(method, channel);
      const held = (heldUntil.get(key) ?? 0) - now();
      if (held > 0) throw tooFast(method, held + random() * SPREAD_MS);
      heldUntil.delete(key);
      const bucket = bucketOf(buckets, key, method, now());
      const round = rounds.get(key) ?? createRounds(1 / rateOf(method).perMs);
      round.came(whose, now());
      // A person's decision waits behind nobody's crowd.
      const isTheirs = weight === 'decision' || round.isTurnOf(whose, now());
      const waitMs = isTheirs ? book(bucket, rateOf(method), weight) : SHORT_WAIT_MS + 1;
      if (waitMs > SHORT_WAIT_MS) {
        rounds.set(key, round);
        throw tooFast(method, Math.max(waitMs, round.sendAway(whose, now())) + random() * SPREAD_MS);
      }
      round.served(whose, now());
      if (round.isOver(now())) rounds.delete(key);
      if (waitMs > 0) await pause(waitMs);
    },
    holdBack(method, channel, retryAfterMs) {
      heldUntil.set(keyOf(method, channel), now() + retryAfterMs);
    },
  };
}

/** Posts are limited for each channel, everything else for the method as a whole. */
function keyOf(method: string, channel: string): string {
  return method === 'chat.postMessage' ? `${method}:${channel}` : method;
}

function rateOf(method: string): Rate {
  if (method === 'chat.postMessage') return POSTS;
  return method === 'views.publish' ? HOMES : OTHERS;
}

function bucketOf(buckets: Map<string, Bucket>, key: string, method: string, now: number): Bucket {
  const { capacity, perMs } = rateOf(method);
  const bucket = buckets.get(key) ?? { tokens: capacity, filledAt: now };
  bucket.tokens = Math.min(capacity, bucket.tokens + Math.max(0, now - bucket.filledAt) * perMs);
  bucket.filledAt = now;
  buckets.delete(key); // the least recently used stands first
  buckets.set(key, bucket);
  const [oldest] = buckets.keys();
  if (buckets.size > MOST_BUCKETS && oldest !== undefined) buckets.delete(oldest);
  return bucket;
}

/** Takes a token, ahead of its time if that is a short wait away; the wait in milliseconds. */
function book(bucket: Bucket, { capacity, perMs }: Rate, weight: Weight): number {
  const missing = capacity * RESERVED[weight] + 1 - bucket.tokens;
  const waitMs = missing > 0 ? Math.ceil(missing / perMs) : 0;
  if (waitMs <= SHORT_WAIT_MS) bucket.tokens -= 1;
  return waitMs;
}
