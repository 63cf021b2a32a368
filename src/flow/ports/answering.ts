// What people and services send, as a surface received it, and what they are answered.
import type { Via } from '../../domain/audit/evidence.ts';
import type { Digest } from '../../domain/canonical.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Ballot, Surface, Vote } from '../../domain/vote.ts';
import type { OverBudget } from './store.ts';

/** One person's answer, as a surface received it. Who it was comes from a verified payload, never from its text. */
export type CastVote = {
  readonly id: string;
  /** The account: `slack:T:U`, or `person:bob` where they came with a key of their own. */
  readonly account: string;
  readonly vote: Ballot;
  readonly reason?: string;
  readonly surface: Surface;
  /** The approver lets later requests of this kind pass too. */
  readonly standing?: NonNullable<Vote['standing']>;
  /** Hash of the card that was shown. */
  readonly card?: string;
  /** The request's digest as the person was shown it; a vote on another one is refused. */
  readonly digest?: Digest;
  /** Names the gesture: the same click delivered twice has the same key. */
  readonly key: string;
  /** How it is known who it was, for the audit. */
  readonly evidence: VoteEvidence;
};

export type VoteEvidence = SlackEvidence | KeyEvidence;

/** The id of the key they came with. */
export type KeyEvidence = Extract<Via, { transport: 'api_key' }>;

export type SlackEvidence = Extract<Via, { transport: 'socket' | 'http' }>;

export type VoteReply = { readonly kind: 'counted'; readonly record: RequestRecord } | Refusal;

export type CastVoteFn = (ballot: CastVote & { readonly evidence: SlackEvidence }) => Promise<VoteReply>;

/** Somebody at a screen who wants to close a review; who it was comes from a verified payload. */
export type ReviewCall = {
  readonly id: string;
  readonly account: string;
  /** Names the gesture, for the audit. */
  readonly key: string;
  readonly evidence: VoteEvidence;
};

/** Whether they may, before they have written anything. A refusal is in the audit before it is told. */
export type ReviewCheck = { readonly kind: 'open'; readonly record: RequestRecord } | Refusal;

export type ReviewReply = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

type ClickedReview = ReviewCall & { readonly evidence: SlackEvidence };

export type Reviews = {
  check(call: ClickedReview): Promise<ReviewCheck>;
  close(call: ClickedReview & { readonly note: string }): Promise<ReviewReply>;
};

/** What became of a submission; a refusal's code is `conflict`: the key is taken by another body. */
export type Admission =
  | { readonly kind: 'created' | 'repeated'; readonly record: RequestRecord }
  /** With `over` the code is `over_budget`: nothing was recorded, and it may be asked again later. */
  | (Refusal & { readonly over?: OverBudget });
