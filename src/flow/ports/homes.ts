// What somebody sees who looks at what concerns them, and the screen that shows it.
import type { RequestRecord } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { StandingState } from '../../domain/standing.ts';
import type { Voter } from '../../domain/vote.ts';

/** All that concerns one person, as it stands. Each list is cut to what a screen shows; the number beside it is of all. */
export type Home = {
  readonly account: string;
  /** Who looks; why that cannot be told, where it cannot, and then the lists are empty. */
  readonly who: Voter | Refusal;
  /** What their answer would bring further now, soonest deadline first: one page of it, counted from 0. */
  readonly waiting: Listed<RequestRecord> & { readonly page: number; readonly pages: number };
  /** Pending ones that they asked for, or that an agent of theirs did. */
  readonly own: Listed<RequestRecord>;
  /** Those that they asked for or answered and that have ended, the last first. */
  readonly resolved: Listed<RequestRecord & { readonly mayRevoke?: true }>;
  /** Emergencies that they may review. */
  readonly reviews: Listed<RequestRecord>;
  /** Standing approvals that they gave, or by which their own requests pass. */
  readonly standing: Listed<StandingState>;
  /** More is pending than is looked at: the oldest may be missing. */
  readonly isCut: boolean;
  /** Slack does not say just now in which of its groups they are: what only these are asked may be missing. */
  readonly isUnsure: boolean;
};

export type Listed<T> = { readonly items: readonly T[]; readonly count: number };

/** Where people see their Home. */
export interface HomeScreen {
  /**
   * Makes their screen equal to this; where it is so already, nothing is sent. `isUrgent`: they have just come or done
   * something. A failure with `retryAfterMs` means that the screen takes no more for so long, whosever it is.
   */
  show(home: Home, isUrgent: boolean): Promise<void>;
  /** What it shows is not known any more: the next is sent whatever it is. */
  forget(account: string): void;
}

/** Hints that a request has changed; one may be lost. */
export interface Changes {
  /** Until the returned function is called. */
  watchAll(changed: (id: string) => void): () => void;
}
