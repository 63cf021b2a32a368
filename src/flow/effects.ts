// All effects. Which lane carries one, which role performs it and what of the world that needs follow from its file.
import type { EffectKind, EffectRef } from '../domain/effect.ts';
import { Failure } from '../domain/failure.ts';
import type { EffectFile } from './effect.ts';
import { asideLine } from './effects/aside-line.ts';
import { asideMessage } from './effects/aside-message.ts';
import { call } from './effects/call.ts';
import { callback } from './effects/callback.ts';
import { card } from './effects/card.ts';
import { cardCopies } from './effects/card-copies.ts';
import { decide } from './effects/decide.ts';
import { directMessage } from './effects/direct-message.ts';
import { notice } from './effects/notice.ts';
import { outcomeLine } from './effects/outcome-line.ts';
import { remarkLine } from './effects/remark-line.ts';
import { reviewMessages } from './effects/review-messages.ts';
import { standing } from './effects/standing.ts';
import { voteLine } from './effects/vote-line.ts';
import type { Lane } from './ports.ts';

const effects = {
  decide,
  standing,
  card,
  card_copies: cardCopies,
  vote_line: voteLine,
  aside_line: asideLine,
  aside_message: asideMessage,
  outcome_line: outcomeLine,
  remark_line: remarkLine,
  call,
  direct_message: directMessage,
  callback,
  notice,
  review_messages: reviewMessages,
} as const satisfies { readonly [Kind in EffectKind]: EffectFile<Kind, never> };

type Effects = (typeof effects)[EffectKind];
type WorldIn<File> = File extends { perform(world: infer World, ref: never): unknown } ? World : never;
type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Each) => void
  ? Each
  : never;

/** Any file: that it is given what it asks for is held by `WorldOf`, where somebody hands over a world. */
type Performing = { readonly lane: Lane; perform(world: unknown, ref: EffectRef): Promise<void> };

/** What the effects of these lanes ask of the world, together. */
export type WorldOf<In extends Lane> = All<WorldIn<Extract<Effects, { readonly lane: In }>>>;

export function laneOf(kind: EffectKind): Lane {
  return effects[kind].lane;
}

/** Performs the effects of these lanes, and no others. */
export function performer<In extends Lane>(
  lanes: readonly In[],
  world: WorldOf<In>,
): (ref: EffectRef) => Promise<void> {
  const mine: ReadonlySet<Lane> = new Set(lanes);
  return async ref => {
    const file: Performing = effects[ref.effect.kind];
    if (!mine.has(file.lane)) throw misdirected(ref);
    await file.perform(world, ref);
  };
}

const ANOTHERS_AFTER_MS = 5_000;

/** An effect came to a role that does not perform it: in another version it may, and that one's turn comes. */
export function misdirected({ effect }: EffectRef): Failure {
  const message = `No handler here performs the effect "${effect.kind}"; it waits. Run the same version in every process.`;
  return new Failure('unknown_effect', message, { isTransient: true, retryAfterMs: ANOTHERS_AFTER_MS });
}
