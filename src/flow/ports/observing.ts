// What those who run it are told: whether it can work, and what happened.
import type { Difference } from '../../domain/comparison.ts';
import type { Budget } from './store.ts';

/** Whether one thing that Countersign leans on is there; `detail` ends with the remedy when it is not. */
export type Check = { readonly name: string; readonly ok: boolean; readonly detail: string };

/** Something worth a metric or a log line; never a secret, never a request's values. */
export type Observation =
  | { readonly kind: 'submitted'; readonly service: string; readonly via: 'http' | 'queue'; readonly repeated: boolean }
  /** A service asked for more than it may; it was told to wait. */
  | { readonly kind: 'over_budget'; readonly service: string; readonly budget: Budget }
  /** How long a service had one of its places with policy. */
  | { readonly kind: 'policy_used'; readonly service: string; readonly tookMs: number }
  /** Policy answered, or did not (`outcome` is then the failure's code), and how long it took. */
  | { readonly kind: 'asked'; readonly outcome: string; readonly tookMs: number }
  | { readonly kind: 'decided'; readonly id: string; readonly phase: string; readonly outcome: string }
  /** What a candidate policy would have said beside the live one; `dropped`: it was not asked, it had enough to do. */
  | {
      readonly kind: 'shadowed';
      readonly id: string;
      readonly phase: string;
      readonly difference: Difference | 'unanswered' | 'dropped';
    }
  | { readonly kind: 'delayed'; readonly id: string }
  | {
      readonly kind: 'resolved';
      readonly id: string;
      readonly status: string;
      readonly by: string;
      readonly afterMs: number;
    }
  | { readonly kind: 'voted'; readonly id: string }
  /** Something did not count. `id` is the request's that it was meant for, as far as one is known. */
  | { readonly kind: 'refused'; readonly id: string; readonly code: string; readonly what: Refusable }
  /** An account is to be, or is, or is no longer somebody's, by their own word. */
  | { readonly kind: 'link'; readonly outcome: 'offered' | 'linked' | 'unlinked' }
  /** A grant was redeemed or revoked, or was not redeemed: `outcome` is then the refusal's code. */
  | { readonly kind: 'grant'; readonly id: string; readonly outcome: string }
  | { readonly kind: 'told'; readonly id: string; readonly way: string; readonly outcome: string }
  | { readonly kind: 'trouble'; readonly where: string; readonly code: string; readonly message: string };

export type Refusable = 'vote' | 'review' | 'revocation' | 'link' | 'submission' | 'envelope';

export type Observe = (observation: Observation) => void;
