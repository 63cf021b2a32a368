// Which queues carry the effects of a lane: slow Slack work and slow callbacks never delay a decision.
import type { Lane } from '../../flow/ports.ts';

export type QueueName = Lane | 'heavy_decisions';

export type QueuePlan = {
  readonly lane: Lane;
  /** How many at once in one process. */
  readonly concurrency: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
};

export const queuePlans: { readonly [queue in QueueName]: QueuePlan } = {
  // Somebody waits for a decision; asking policy again costs little.
  decisions: { lane: 'decisions', concurrency: 32, firstRetryMs: 250, longestRetryMs: 5_000 },
  // Those about large requests, one at a time: reading and asking takes a moment in which nothing else happens.
  heavy_decisions: { lane: 'decisions', concurrency: 1, firstRetryMs: 250, longestRetryMs: 5_000 },
  // Slack takes about one message a second and channel: more at once only queue up there.
  messages: { lane: 'messages', concurrency: 8, firstRetryMs: 500, longestRetryMs: 60_000 },
  callbacks: { lane: 'callbacks', concurrency: 16, firstRetryMs: 1_000, longestRetryMs: 60_000 },
};

export const queueNames = Object.keys(queuePlans) as readonly QueueName[];

/** A record of this size is heavy. */
const HEAVY_BYTES = 65_536;

export function queueOf(lane: Lane, recordBytes: number): QueueName {
  return lane === 'decisions' && recordBytes > HEAVY_BYTES ? 'heavy_decisions' : lane;
}
