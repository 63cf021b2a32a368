// Slack's rate limits as token buckets: so many a minute for each method, and about one message a second for each channel.

/** Calls a minute; a full bucket is the burst that Slack tolerates. */
const TIER_PER_MINUTE = { 2: 20, 3: 50, 4: 100, special: 600 } as const;
export type Tier = keyof typeof TIER_PER_MINUTE;

const CHANNEL_POSTS_PER_SECOND = 1;
/** "Short bursts are tolerated": Slack gives no number, so this one is modest. */
const CHANNEL_POST_BURST = 5;
const WORKSPACE_POSTS_PER_MINUTE = 300;

type Bucket = { tokens: number; filledAt: number; readonly capacity: number; readonly perSecond: number };

export type RateLimits = {
  /** Seconds to wait, or undefined when the call may go through (and has been counted). */
  readonly charge: (method: string, tier: Tier, channel: string | undefined) => number | undefined;
};

export function createRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, Bucket>();

  function bucket(key: string, capacity: number, perSecond: number): Bucket {
    const found = buckets.get(key) ?? { tokens: capacity, filledAt: now(), capacity, perSecond };
    const elapsedS = Math.max(0, now() - found.filledAt) / 1000;
    found.tokens = Math.min(found.capacity, found.tokens + elapsedS * found.perSecond);
    found.filledAt = now();
    buckets.set(key, found);
    return found;
  }

  function perMinute(key: string, calls: number): Bucket {
    return bucket(key, calls, calls / 60);
  }

  return {
    charge(method, tier, channel) {
      const due =
        method === 'chat.postMessage'
          ? [
              perMinute(method, WORKSPACE_POSTS_PER_MINUTE),
              bucket(`${method}:${channel}`, CHANNEL_POST_BURST, CHANNEL_POSTS_PER_SECOND),
            ]
          : [perMinute(method, TIER_PER_MINUTE[tier])];
      const empty = due.filter(one => one.tokens < 1);
      if (empty.length > 0)
        return Math.max(...empty.map(one => Math.max(1, Math.ceil((1 - one.tokens) / one.perSecond))));
      for (const one of due) one.tokens -= 1;
      return undefined;
    },
  };
}
