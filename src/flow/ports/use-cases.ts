// What the flow offers, whichever way somebody comes: HTTP, the queue, Slack and the command line are translations over it.
import type { Digest } from '../../domain/canonical.ts';
import type { Fault } from '../../domain/fault.ts';
import type { LinkStanding } from '../../domain/link.ts';
import type { PolicyEvidence, RequestRecord } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { StandingState } from '../../domain/standing.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Surface } from '../../domain/vote.ts';
import type { Admission, CastVote, ReviewCheck, ReviewReply, VoteReply } from './answering.ts';
import type { Caller } from './callers.ts';
import type { Operating } from './operating.ts';
import type { Unlinked } from './people.ts';
import type { Reading } from './reading.ts';
import type { StandingList } from './standing.ts';

export type SubmitCall = {
  readonly submission: Submission;
  /** The idempotency key, where it does not stand in the submission. */
  readonly key?: string;
  /** When the service asked, if it was not just now (milliseconds). */
  readonly askedAt?: number;
};

/** With `faults` the code is `invalid_request`: what was sent must be corrected. */
export type Admitted = Admission & { readonly faults?: readonly Fault[] };

export type VoteCall = Pick<CastVote, 'id' | 'vote' | 'reason' | 'surface' | 'standing' | 'card' | 'digest'> & {
  /** Repeated with the same key, it is the same answer; without one each call is a gesture of its own. */
  readonly key?: string;
};

/** With `faults` the code is `invalid_request`: the answer must be corrected. */
export type Counted = VoteReply & { readonly faults?: readonly Fault[] };

export type Reply = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

export type Redeemed =
  | {
      readonly kind: 'redeemed';
      readonly record: RequestRecord;
      readonly usesLeft: number;
      readonly policy: PolicyEvidence;
    }
  | Refusal;

export type Ended = { readonly kind: 'revoked'; readonly standing: StandingState } | Refusal;

export type Offered = { readonly kind: 'offered'; readonly code: string; readonly expiresAt: string } | Refusal;
/** `before` is the account that the person had linked until now. */
export type Linked = { readonly kind: 'linked'; readonly person: string; readonly before?: string } | Refusal;

/** One door. What a caller may not do is refused here, so that no entrance needs to know it. */
export type UseCases = Reading &
  Operating & {
    submit(caller: Caller, call: SubmitCall): Promise<Admitted>;
    cancel(caller: Caller, id: string): Promise<Reply>;
    vote(caller: Caller, call: VoteCall): Promise<Counted>;
    readonly review: {
      /** Whether they may, before they have written anything. */
      check(caller: Caller, id: string): Promise<ReviewCheck>;
      close(
        caller: Caller,
        call: { readonly id: string; readonly note: string; readonly surface: Surface },
      ): Promise<ReviewReply>;
    };
    /** What is said about a request and is no answer. */
    readonly aside: {
      /** A question to whoever asked, by whoever is asked. */
      ask(caller: Caller, call: { readonly id: string; readonly text: string }): Promise<Reply>;
      /** To the account of a colleague who is asked as well. */
      handOver(
        caller: Caller,
        call: { readonly id: string; readonly to: string; readonly text?: string },
      ): Promise<Reply>;
      /** Whoever asked reminds the approvers; a few times. */
      nudge(caller: Caller, id: string): Promise<Reply>;
    };
    /** Takes back what is left of an approval. */
    revoke(caller: Caller, call: { readonly id: string; readonly reason?: string }): Promise<Reply>;
    redeem(
      caller: Caller,
      call: { readonly grant: string; readonly digest: Digest; readonly key?: string },
    ): Promise<Redeemed>;
    readonly standing: {
      /** In force, and the caller's: a service's own, or those that a person gave. */
      list(caller: Caller): Promise<StandingList>;
      revoke(caller: Caller, id: string): Promise<Ended>;
    };
    readonly link: {
      offer(caller: Caller): Promise<Offered>;
      claim(caller: Caller, code: string): Promise<Linked>;
      /** Their own; an operator says whose. */
      unlink(caller: Caller, person?: string): Promise<Unlinked>;
      show(caller: Caller): Promise<LinkStanding | Refusal>;
    };
  };
