// Which queue carries which effect: slow Slack work and slow callbacks never delay a decision.
import type { EffectKind } from '../../domain/effect.ts';

export type Lane = 'decisions' | 'heavy_decisions' | 'messages' | 'callbacks';

export type LanePlan = {
  /** How many at once in one process. */
  readonly concurrency: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
};

export const lanes: { readonly [lane in Lane]: LanePlan } = {
  // Somebody waits for a decision; asking policy again costs little.
  decisions: { concurrency: 32, firstRetryMs: 250, longestRetryMs: 5_000 },
  // Those about large requests, one at a time: reading and asking takes a moment in which nothing else happens.
  heavy_decisions: { concurrency: 1, firstRetryMs: 250, longestRetryMs: 5_000 },
  // Slack takes about one message a second and channel: more at once only queue up there.
  messages: { concurrency: 8, firstRetryMs: 500, longestRetryMs: 60_000 },
  callbacks: { concurrency: 16, firstRetryMs: 1_000, longestRetryMs: 60_000 },
};

export const laneNames = Object.keys(lanes) as readonly Lane[];

/** A record of this size is heavy. */
const HEAVY_BYTES = 65_536;

export function laneOf(kind: EffectKind, recordBytes = 0): Lane {
  const lane = laneFor(kind);
  return lane === 'decisions' && recordBytes > HEAVY_BYTES ? 'heavy_decisions' : lane;
}

function laneFor(kind: EffectKind): Lane {
  switch (kind) {
    case 'decide':
    case 'standing':
      return 'decisions';
    case 'callback':
      return 'callbacks';
    case 'card':
    case 'card_copies':
    case 'vote_line':
    case 'outcome_line':
    case 'remark_line':
    case 'call':
    case 'direct_message':
    case 'notice':
    case 'review_messages':
      return 'messages';
    default:
      return unknown(kind);
  }
}

/** Never asked: what a newer version wrote waits in the outbox. */
function unknown(_kind: never): Lane {
  return 'messages';
}
