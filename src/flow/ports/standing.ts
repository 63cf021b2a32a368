// The memory of standing approvals.
import type { StandingApproval, StandingScope, StandingState } from '../../domain/standing.ts';

/** Standing approvals: a scope, an end, and a number of uses. */
export interface StandingApprovals {
  /** Puts it into force; once, however often it is offered. */
  keep(approval: StandingApproval): Promise<void>;
  find(id: string): Promise<StandingState | undefined>;
  /** All of one scope, in force or not. */
  within(scope: StandingScope): Promise<readonly StandingState[]>;
  /** Takes a use for this request; true as well when it has one. False when there is none left, or it has ended. */
  use(id: string, request: string, now: number): Promise<boolean>;
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
