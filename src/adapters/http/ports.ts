// What the HTTP adapter is given: functions in the flow's words. It knows no step and no other adapter.
import type { Digest } from '../../domain/canonical.ts';
import type { JwkSet } from '../../domain/grant-keys.ts';
import type { LinkStanding } from '../../domain/link.ts';
import type { RequestRecord, Workload } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Surface } from '../../domain/vote.ts';
import type {
  Admitted,
  Budget,
  CastVote,
  Check,
  Counted,
  Ended,
  Exchanged,
  ListCall,
  Listing,
  Offered,
  Reading,
  Redeemed,
  Reply,
  StandingList,
} from '../../flow/ports.ts';
import type { OpaLogPort } from './opa-log.ts';

/** A request as HTTP received it: who asks comes from the key, never from the body. */
export type HttpSubmission = {
  readonly service: string;
  readonly workload?: Workload;
  readonly submission: Submission;
  readonly key?: string;
};

/** A token of a job's platform, to be exchanged; without a `key` each call is a use of its own. */
export type HttpExchange = { readonly token: string; readonly key?: string };

/** What is presented for redemption; without a `key` each call is a use of its own. */
export type HttpRedemption = {
  readonly service: string;
  readonly grant: string;
  readonly digest: Digest;
  readonly key?: string;
};

/** Who holds the key that came with a call; `key` is the key's id. */
export type KeyHolder = {
  readonly kind: 'service' | 'person';
  readonly id: string;
  readonly key: string;
  /** What is verified of a service that has no key of its own. */
  readonly workload?: Workload;
};

/** Somebody who calls with their own key, and what the directory says of them now. */
export type CallingPerson = { readonly user: string; readonly groups: readonly string[]; readonly key: string };

export type HttpVote = Pick<CastVote, 'id' | 'vote' | 'reason' | 'surface' | 'digest' | 'standing'> & {
  readonly person: CallingPerson;
  /** Repeated with the same key, it is the same answer; without one each call is a gesture of its own. */
  readonly key?: string;
};

export type HttpReview = {
  readonly id: string;
  readonly person: CallingPerson;
  readonly note: string;
  readonly surface: Surface;
};

/** Whoever calls, by their key. */
export type HttpCaller = { readonly service: string; readonly person: CallingPerson | undefined };

/** A person's own Slack account: a code to link it with, how it stands, and ending the link. */
export type HttpLinks = {
  offer(person: CallingPerson): Promise<Offered>;
  standing(person: CallingPerson): Promise<LinkStanding | Refusal>;
  remove(person: CallingPerson): Promise<{ readonly kind: 'unlinked' } | Refusal>;
};

/** Lines about calls: never a body, never a header. */
export type HttpLog = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type HttpPorts = {
  submit(call: HttpSubmission): Promise<Admitted>;
  /** The request, as far as the caller may know of it. */
  read(caller: HttpCaller, id: string): Promise<RequestRecord | Refusal>;
  list(caller: HttpCaller, call: ListCall): Promise<Listing>;
  /** Whether the caller may wait for it; the wait itself begins with `until`. */
  wait(caller: HttpCaller, id: string): ReturnType<Reading['wait']>;
  cancel(id: string, service: string): Promise<Reply>;
  /** The signed grant of an approved request, while there is something left to redeem. */
  grantOf(record: RequestRecord): string | undefined;
  redeem(call: HttpRedemption): Promise<Redeemed>;
  revoke(caller: HttpCaller, call: { readonly id: string; readonly reason?: string }): Promise<Reply>;
  /** The public keys that grants are verified with. */
  readonly jwks: JwkSet;
  /** What policy answered about a request, by our audit and by OPA's own log. */
  decisions(caller: HttpCaller, id: string): ReturnType<Reading['decisions']>;
  /** Without it there is nowhere to send OPA's decision log to. */
  readonly opaLog?: OpaLogPort;
  /** One person's answer; a refusal was written down. */
  vote(ballot: HttpVote): Promise<Counted>;
  /** Closes the review of what was let pass in an emergency. */
  review(closing: HttpReview): Promise<Reply>;
  /** What a job gets for the token of its platform. */
  exchange(call: HttpExchange): Promise<Exchanged>;
  /** Whose key this is; undefined for every other text. */
  authenticate(key: string): Promise<KeyHolder | undefined>;
  /** The directory groups of a person; undefined when the directory knows no such person. */
  groupsOf(person: string): readonly string[] | undefined;
  /** Standing approvals in force that are the caller's. */
  standing(caller: HttpCaller): Promise<StandingList>;
  revokeStanding(caller: HttpCaller, id: string): Promise<Ended>;
  readonly links: HttpLinks;
  readiness(): Promise<readonly Check[]>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** A call was told to wait. */
  readonly onOverBudget?: (service: string, budget: Budget) => void;
  readonly log: HttpLog;
};
