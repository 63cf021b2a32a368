// The memory of standing approvals.
import type { Digest } from '../../domain/canonical.ts';
import type { StandingApproval, StandingState } from '../../domain/standing.ts';

/** Standing approvals: what they cover, the votes that gave them, an end, and a number of uses. */
export interface StandingApprovals {
  /** Puts it into force; once, however often it is offered. */
  keep(approval: StandingApproval, now: number): Promise<void>;
  /** Its uses are those by other requests than this one. */
  find(id: string, request?: string): Promise<StandingState | undefined>;
  /** All that cover the same and whose end has not come; their uses are those by other requests than this one. */
  within(covers: Digest, request: string, now: number): Promise<readonly StandingState[]>;
  /**
   * Takes a use for this request; true as well when it has one. False when there is none left, counting at most `most`, or
   * it has ended.
   */
  use(id: string, request: string, at: { readonly now: number; readonly most: number }): Promise<boolean>;
  /** Ends it; the first revocation stands. Undefined when there is none. */
  revoke(id: string, by: { readonly by: string; readonly at: string }): Promise<StandingState | undefined>;
  /** All whose end has not come, whatever became of them. */
  inForce(now: number): Promise<StandingList>;
}

export type StandingList = {
  readonly items: readonly StandingState[];
  /** How many could not be read here: a newer version wrote them, say. Absent where there are none. */
  readonly leftOut?: number;
};
