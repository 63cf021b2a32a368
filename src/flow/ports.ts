// What the flow asks of the world, in its own words. Adapters answer; nothing here knows who they are.
import type { AuditFact } from '../domain/audit.ts';
import type { Digest } from '../domain/canonical.ts';
import type { Change } from '../domain/change.ts';
import type { Difference } from '../domain/comparison.ts';
import type { Decision } from '../domain/decision.ts';
import type { Remark } from '../domain/effect.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { Link } from '../domain/link.ts';
import type { DirectoryFacts, PolicyInput } from '../domain/policy-input.ts';
import type { Card, NoticeKind, PolicyEvidence, RequestRecord, ReviewMessage } from '../domain/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { StandingApproval, StandingScope, StandingState } from '../domain/standing.ts';
import type { RequestView } from '../domain/view.ts';
import type { AccountKind, Ballot, Surface, Vote } from '../domain/vote.ts';

// Every port may throw a domain `Failure`; its `isTransient` says whether trying again can help.

/** The memory. One record per request, changed only by a compare-and-set on its version. */
export interface Store {
  /** Milliseconds since 1970 by the store's own clock: one clock for all processes. */
  now(): number;
  read(id: string): Promise<RequestRecord | undefined>;
  /**
   * Stores the next record, its audit entries, its effects and its indexes in one atomic act, if the stored version is
   * still `change.expected`. The same change offered again, because its answer was lost, is `ok`; an equal one that
   * somebody else took in the same moment is not, for only one of two can win.
   */
  commit(change: Change): Promise<Committed>;
  /** Writes down a fact that belongs to no request: a foreign envelope, a click on something unknown. */
  note(fact: AuditFact): Promise<void>;
  /** Ids of requests whose next alarm is at or before `ms`, earliest first. */
  due(ms: number, limit: number): Promise<readonly string[]>;
  /** Requests, newest first. */
  list(query: ListQuery): Promise<Page>;
}

export type Committed = { readonly ok: true } | { readonly ok: false; readonly actual: RequestRecord | undefined };

export type ListQuery = {
  /** Left out: every service's. */
  readonly service?: string;
  readonly status?: Status;
  /** Only those whose review is open, whatever their status. */
  readonly review?: 'open';
  /** Only those for which it holds. A page may then be short, or empty, although another follows. */
  readonly where?: (record: RequestRecord) => boolean;
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
};

export type Page = { readonly items: readonly RequestRecord[]; readonly next?: string };

/** Waiting for a change: a hint wakes, the record decides. */
export interface Waiting {
  /** The record as soon as `isEnough` holds, or as it stands after `timeoutMs`; undefined when there is none. */
  until(
    id: string,
    isEnough: (record: RequestRecord) => boolean,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<RequestRecord | undefined>;
}

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
  inForce(now: number): Promise<readonly StandingState[]>;
}

/** The policy decision point. Throws a transient `Failure` while it cannot be asked. */
export interface Policy {
  ask(input: PolicyInput): Promise<PolicyAnswer>;
}

export type PolicyAnswer =
  | {
      readonly kind: 'answer';
      readonly decision: Decision;
      readonly policy: PolicyEvidence;
      /** How long it took. Of the moment, so no part of the evidence: nothing that is compared or signed holds it. */
      readonly tookMs?: number;
    }
  /** It answered, and no retry will make sense of the answer. `cause` quotes no value of the request. */
  | { readonly kind: 'broken'; readonly code: string; readonly cause: string };

/** Who people are: accounts, groups and agents' owners, from a source we chose to trust. */
export interface Directory {
  ownerOf(agentId: string): string | undefined;
  /** What it says of a person or an agent; undefined when it does not know them. */
  factsOf(id: string): DirectoryFacts | undefined;
  /** The people of a group. */
  membersOf(group: string): readonly string[];
  personOf(account: string): DirectoryAnswer;
  /** The one person with this address, who has no Slack account listed. */
  personOfEmail(email: string): DirectoryAnswer;
  /** The Slack accounts of a person, `slack:T:U`. */
  slackAccountsOf(personId: string): readonly string[];
  /** Whether it lists any Slack account for them, also one that it gives to others as well. */
  hasAccount(personId: string): boolean;
}

export type DirectoryAnswer =
  | { readonly kind: 'person'; readonly id: string; readonly groups: readonly string[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' };

/** Slack accounts that people have linked to themselves. Whether a link counts is for the directory to say. */
export interface Links {
  personOf(account: string): Promise<string | undefined>;
  of(person: string): Promise<Link | undefined>;
}

/** Making and ending links. What is changed and its `fact` for the audit are stored together. */
export interface LinkBook extends Links {
  /** Keeps the hash of a code for a while, in the place of the one before. */
  offer(offer: {
    readonly person: string;
    readonly hash: string;
    readonly lifeMs: number;
    readonly fact: AuditFact;
  }): Promise<void>;
  /** Whose code it is, if it is in force. Each call is one try of this account; `tried_out` when it had too many. */
  tried(account: string, hash: string): Promise<{ readonly person: string } | 'unknown' | 'tried_out'>;
  /** Uses the code up and links. `before` is what the person had linked as far as the caller knows; `moved`: it has changed. */
  claim(claim: {
    readonly person: string;
    readonly account: string;
    readonly hash: string;
    readonly before: string | undefined;
    readonly at: string;
    readonly fact: AuditFact;
  }): Promise<'linked' | 'unknown' | 'taken' | 'moved'>;
  /** Whether there was this link to end. */
  remove(link: { readonly person: string; readonly account: string; readonly fact: AuditFact }): Promise<boolean>;
}

/** What the platform itself says of an account, now. */
export interface Accounts {
  kindOf(account: string): Promise<AccountKind>;
  /** Which of these Slack user groups the account is in, by Slack's own word: `S123` → `slack_usergroup:S123`. */
  usergroupsOf(account: string, candidates: readonly string[]): Promise<readonly string[]>;
  /** The confirmed e-mail address of an account; undefined where Slack shows none. */
  emailOf(account: string): Promise<string | undefined>;
  /** Which of these Slack channels the account is in now: `C123` → `slack_channel:C123`. */
  channelsOf(account: string, candidates: readonly string[]): Promise<readonly string[]>;
}

/** What Slack shows now. */
export type Shown = Required<Pick<Card, 'hash'>> & Pick<Card, 'standsFor'>;

/** Shows requests to people. A failure with `retryAfterMs` means that the call was turned away and did nothing. */
export interface Messenger {
  /** Hash of the card as it would be shown now. */
  hashOf(record: RequestRecord): string;
  /** Posts the card; the message's id, and what it shows. */
  post(record: RequestRecord, channel: string): Promise<Shown & { readonly ts: string }>;
  /**
   * A card posted since then whose answer was lost, with the hash it bears; undefined when there is none. Further copies
   * are removed.
   */
  find(
    record: RequestRecord,
    channel: string,
    since: string,
  ): Promise<{ readonly ts: string; readonly hash: string } | undefined>;
  update(record: RequestRecord, channel: string, ts: string): Promise<Shown>;
  /** A line in the card's thread: a vote's, or the outcome's. Its id; undefined when there is nothing to say any more. */
  line(record: RequestRecord, card: { channel: string; ts: string }, line: Line): Promise<string | undefined>;
  direct(record: RequestRecord, account: string): Promise<void>;
  /** Tells a channel; the message's id. */
  notice(record: RequestRecord, channel: string, says: NoticeKind): Promise<string>;
  /** Makes a message that calls for a review equal the record. */
  updateNotice(record: RequestRecord, message: ReviewMessage): Promise<void>;
}

export type Line =
  | { readonly kind: 'vote'; readonly vote: number; readonly progress?: string }
  | { readonly kind: 'outcome' }
  | { readonly kind: 'remark'; readonly says: Remark };

/** Delivers the view to the address that a request named. Resolves when accepted. */
export interface Callbacks {
  deliver(url: string, deliveryId: string, view: RequestView): Promise<void>;
}

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
export type KeyEvidence = { readonly transport: 'api_key'; readonly api_key: string };

export type SlackEvidence = {
  readonly transport: 'socket' | 'http';
  readonly team: string;
  readonly user: string;
  readonly channel?: string;
  readonly message_ts?: string;
  readonly action_ts: string;
};

export type VoteReply = { readonly kind: 'counted'; readonly record: RequestRecord } | Refusal;

export type CastVoteFn = (ballot: CastVote) => Promise<VoteReply>;

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

export type Reviews = {
  check(call: ReviewCall): Promise<ReviewCheck>;
  close(call: ReviewCall & { readonly note: string }): Promise<ReviewReply>;
};

/** What became of a submission; a refusal's code is `conflict`: the key is taken by another body. */
export type Admission = { readonly kind: 'created' | 'repeated'; readonly record: RequestRecord } | Refusal;

/** Whether one thing that Countersign leans on is there; `detail` ends with the remedy when it is not. */
export type Check = { readonly name: string; readonly ok: boolean; readonly detail: string };

/** Something worth a metric or a log line; never a secret, never a request's values. */
export type Observation =
  | { readonly kind: 'submitted'; readonly service: string; readonly via: 'http' | 'queue'; readonly repeated: boolean }
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
  | { readonly kind: 'refused'; readonly id: string; readonly code: string }
  /** A grant was redeemed or revoked, or was not redeemed: `outcome` is then the refusal's code. */
  | { readonly kind: 'grant'; readonly id: string; readonly outcome: string }
  | { readonly kind: 'told'; readonly id: string; readonly way: string; readonly outcome: string }
  | { readonly kind: 'trouble'; readonly where: string; readonly code: string; readonly message: string };

export type Observe = (observation: Observation) => void;
