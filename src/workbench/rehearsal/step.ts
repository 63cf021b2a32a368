// What may happen to a request in a rehearsal, one thing after the other; and what is said of people and data.
import type { JsonObject } from '../../domain/canonical.ts';
import type { Submission } from '../../domain/submission.ts';
import type { AccountKind, Ballot, Surface, Vote } from '../../domain/vote.ts';

export type Step =
  | ({ readonly kind: 'answer' } & Answer)
  /** Time passes, and the clock does what it would do meanwhile. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The same until a moment, in milliseconds since 1970. */
  | { readonly kind: 'until'; readonly at: number }
  /** The service withdraws the request. */
  | { readonly kind: 'cancel' }
  /** The service takes back what was approved. */
  | { readonly kind: 'revoke' }
  /** A person ends the standing approval that was given with the request. */
  | { readonly kind: 'end_standing'; readonly by: string }
  /** A service acts: its own grant is presented, for what was approved or for something else. */
  | { readonly kind: 'redeem'; readonly service?: string; readonly acting?: Submission }
  | { readonly kind: 'review'; readonly by: string; readonly note: string }
  /** A later request; from here on the story is about it. */
  | { readonly kind: 'submit'; readonly submission: Submission }
  | { readonly kind: 'people'; readonly people: PeopleChange }
  | { readonly kind: 'data'; readonly data: JsonObject };

/** One answer, by the person; the account is their first Slack account, or their own key. */
export type Answer = {
  readonly by: string;
  readonly vote: Ballot;
  readonly reason?: string;
  readonly surface: Surface;
  readonly kindOfAccount: AccountKind;
  /** What only Slack knows of the account: `slack_usergroup:S1`, `slack_channel:C1`. */
  readonly groups: readonly string[];
  readonly standing?: NonNullable<Vote['standing']>;
  /** Milliseconds since the submission; a minute after the step before where it is left out. */
  readonly afterMs?: number;
};

/** What the directory says of somebody; `null` when it no longer knows them. */
export type PeopleChange = { readonly [person: string]: PersonFacts | null };

export type PersonFacts = { readonly groups: readonly string[]; readonly roles: readonly string[] };

/** The clock of a story, in milliseconds since 1970. */
export type Clock = {
  readonly startedAt: number;
  readonly now: number;
  /** When somebody last did something. */
  readonly actedAt: number;
};

/** People answer a minute after whatever was done before, unless time is said to have passed. */
const PAUSE_MS = 60_000;

/** When a step happens; before `clock.now` it cannot. */
export function momentOf(step: Step, { startedAt, now, actedAt }: Clock): number {
  switch (step.kind) {
    case 'wait':
      return now + step.ms;
    case 'until':
      return step.at;
    case 'answer':
      return step.afterMs === undefined ? Math.max(now, actedAt + PAUSE_MS) : startedAt + step.afterMs;
    default:
      return now;
  }
}

/** The clock after a step. Whoever changes people or data is nobody in the story. */
export function clockAfter(step: Step, clock: Clock): Clock {
  const now = Math.max(clock.now, momentOf(step, clock));
  const isDone = !['wait', 'until', 'people', 'data'].includes(step.kind);
  return { ...clock, now, actedAt: isDone ? now : clock.actedAt };
}
