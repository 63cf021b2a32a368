// The record of one request: everything that is known of it. The record decides; every screen is a view of it.
import type { Aside } from './aside.ts';
import type { AuditHead } from './audit/head.ts';
import type { Digest } from './canonical.ts';
import type { Approval, Approver, Decision } from './decision.ts';
import type { ResolvedBy, Status } from './lifecycle.ts';
import type { Submission } from './submission.ts';
import type { CountedVote, Surface } from './vote.ts';

/** What the token of a job's platform said, as far as the directory shows it: verified, and no claim of the service. */
export type Workload = { readonly issuer: string; readonly claims: Readonly<Record<string, string>> };

/** Who submitted, as authenticated by us. */
export type Service =
  | { readonly id: string; readonly auth: 'api_key' | 'queue_key' }
  | {
      readonly id: string;
      readonly auth: 'workload';
      readonly workload: Workload;
    };

/** Which policy answered: what an auditor needs to find it again. */
export type PolicyEvidence = { readonly revision?: string; readonly decision_id?: string };

/** One Slack message that shows the request. */
export type Card = {
  readonly channel: string;
  /** RFC 3339, when we began to post it; with no `ts` yet, the message may exist or not. */
  readonly postingSince: string;
  /** The effect that posts it: tried again, it need not wait for itself. */
  readonly postedBy: string;
  /** How often it was sent to Slack, where an answer was lost: what was sent twice may stand there twice. Absent: once. */
  readonly posts?: number;
  /** RFC 3339, when it was sent last; absent where that was the first time. */
  readonly lastPostAt?: string;
  /** Slack's message id; absent until Slack has answered. */
  readonly ts?: string;
  /** Hash of what was shown last: what a vote names. */
  readonly hash?: string;
  /** Hash of the card that Slack did not take, where a lesser one is shown in its place. */
  readonly standsFor?: string;
};

/** The card that the record asks for is the one that was shown, or the one whose place was taken. */
export function isShown({ hash, standsFor }: Pick<Card, 'hash' | 'standsFor'>, wanted: string): boolean {
  return (standsFor ?? hash) === wanted;
}

/** Work that policy let pass at once and wants looked at afterwards, by somebody who had no part in it. */
export type Review = {
  /** RFC 3339; from then on people are reminded. */
  readonly dueAt: string;
  /** Who may close it; anybody in the directory where policy names nobody. */
  readonly reviewers?: readonly Approver[];
  /** How often people were reminded. */
  readonly reminders: number;
  /** Slack messages that call for it; once it is closed each of them says so. */
  readonly messages: readonly ReviewMessage[];
  readonly closed?: { readonly by: string; readonly at: string; readonly note: string; readonly surface: Surface };
};

/** One Slack message with a button that closes a review: the notice of the emergency, or a reminder. */
export type ReviewMessage = { readonly channel: string; readonly ts: string; readonly says: NoticeKind };

export type NoticeKind = 'notice' | 'review_due';

/** A message that is not the card though it looks like it. */
export type Copy = { readonly channel: string; readonly ts: string };

export type Resolution = { readonly by: ResolvedBy; readonly at: string; readonly reason?: string };

export type Revocation = { readonly by: string; readonly at: string; readonly reason?: string };

/** Why an approval could not be used; `code` is the refusal's. */
export type RefusedUse = { readonly at: string; readonly code: string; readonly detail?: string };

/** Nobody can approve it as things stand: for whose sake, and since when it has been looked whether that is over. */
export type Unapprovable = {
  readonly code: 'self_approval' | 'excluded';
  /** RFC 3339, of the newest look. */
  readonly lookedAt: string;
  /** How often the clock had it looked at. */
  readonly looks: number;
};

/** The version of the shape below, as it is stored; `stored/record.ts` says how older ones become it. */
export const RECORD_SCHEMA = 3;

export type RequestRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  readonly id: string;
  /** Moves by one at every commit; what the compare-and-set compares. */
  readonly version: number;
  readonly service: Service;
  readonly submission: Submission;
  readonly digest: Digest;
  /** Who answers for the actor, from the directory at submission. */
  readonly owner?: string;
  /** Who answers for the user, where that is an agent; likewise. */
  readonly userOwner?: string;
  /** When the service asked, by its own signature: only the deadline counts from here. */
  readonly submittedAt: string;
  /** When we stored it: people are reminded, and more are asked, so long after it. */
  readonly storedAt: string;
  readonly expiresAt: string;
  readonly status: Status;
  readonly resolution?: Resolution;
  /** Policy's newest answer; absent until it first answered. */
  readonly decision?: Decision;
  readonly policy?: PolicyEvidence;
  /** The newest requirement of approval; kept when the request resolves. */
  readonly approval?: Approval;
  /** Reminders written so far. */
  readonly reminders: number;
  /** RFC 3339, when more people were asked because nobody had answered. */
  readonly escalatedAt?: string;
  /** The newest change of what policy requires, in words, and when it was seen. */
  readonly policyChange?: { readonly at: string; readonly words: string };
  readonly review?: Review;
  /** How often the approval was used. */
  readonly uses: number;
  /** RFC 3339, when it was used last. */
  readonly usedAt?: string;
  /** RFC 3339, when its time was seen to have ended without a use. */
  readonly lapsedAt?: string;
  /** Uses that were refused: of each cause the first. */
  readonly refusedUses?: readonly RefusedUse[];
  /** Taken back: what is left of the approval is void. */
  readonly revoked?: Revocation;
  /** The standing approval that let this request pass. */
  readonly standing?: string;
  /** The standing approval that was given with this request, for later ones. */
  readonly gaveStanding?: {
    readonly id: string;
    readonly by: string;
    readonly expiresAt: string;
    readonly maxUses: number;
    readonly revoked?: { readonly by: string; readonly at: string };
  };
  /** Why policy has not answered yet, in words. */
  readonly trouble?: string;
  /** While somebody who matters is known to nobody, no approval counts. */
  readonly unapprovable?: Unapprovable;
  /** How often policy could not judge this request in its time, while it answered others. */
  readonly unjudged?: number;
  readonly votes: readonly CountedVote[];
  /** What was said about it that is no answer, in the order in which it was said. */
  readonly asides?: readonly Aside[];
  /** Keys of the events that are in this record already: a repeated delivery finds itself here. */
  readonly absorbed: readonly string[];
  /** What the newest gestures that did not count were told: delivered again, each hears the same. */
  readonly refused: readonly { readonly key: string; readonly code: string }[];
  readonly cards: readonly Card[];
  /** Messages that were a card, or would have been but for another: taken away, and never taken for the card again. */
  readonly copies?: readonly Copy[];
  /** Channels that refused the card, each with Slack's word for it. */
  readonly unreachable: readonly { readonly channel: string; readonly cause: string }[];
  readonly audit: AuditHead;
};

/** RFC 3339 in UTC with milliseconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
