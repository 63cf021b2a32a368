// What one can ask Countersign over HTTP, and what is answered.
import type { Status } from '../domain/lifecycle.ts';
import type { AnyView } from './answer.ts';
import type { Countersign, WaitOptions } from './countersign.ts';
import type { Corroborated } from './decisions.ts';
import type { LinkCode, LinkView } from './links.ts';
import type { AboutToDo, Redeemed } from './redeeming.ts';

export type HttpClientOptions = {
  readonly url: string;
  /** From `countersign keys create --service <name>`, or `--person <id>` to vote. */
  readonly apiKey: string;
  /** How long a call is repeated while nobody answers. Waiting goes on for as long as its own timeout says. */
  readonly retryForMs?: number;
};

export type ViewPage = {
  readonly items: readonly AnyView[];
  readonly nextCursor?: string;
  /** How many the server could not read, for a newer version wrote them. */
  readonly leftOut?: number;
};

export type ListQuery = {
  readonly status?: Status;
  /** With a person's key: pending requests in which they could answer now. */
  readonly awaiting?: 'me';
  /** Emergencies that nobody has reviewed yet. */
  readonly review?: 'open';
  readonly limit?: number;
  readonly cursor?: string;
};

export type VoteAnswer = {
  readonly vote: 'approve' | 'deny';
  /** Of the request as it was read: what is approved. Needed to approve. */
  readonly digest?: string;
  readonly reason?: string;
  /** Also lets later requests of this kind pass, where policy allows it. */
  readonly standing?: { readonly duration: string; readonly uses: number };
  readonly surface?: 'api' | 'cli';
};

/** A standing approval, as the API tells of it. Times are RFC 3339. */
export type StandingView = {
  readonly id: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly user: string;
  readonly actor?: string;
  readonly request: string;
  readonly granted_by: string;
  readonly granted_at: string;
  readonly expires_at: string;
  readonly max_uses: number;
  readonly uses: number;
  readonly revoked_by?: string;
  readonly revoked_at?: string;
};

export type HttpCountersign = Countersign & {
  read(id: string): Promise<AnyView>;
  /** What policy answered, by the audit and by OPA's own log. */
  decisions(id: string): Promise<readonly Corroborated[]>;
  /** A service's own requests; with a person's key those that wait for their answer, or, by status, that they may see. */
  list(query?: ListQuery): Promise<ViewPage>;
  /**
   * Answers with a person's key; sent again under one key until it is answered. Throws `Rejected` with the refusal's code
   * (`self_approval`, `already_voted`, `stale_digest` …) when the answer does not count.
   */
  vote(id: string, answer: VoteAnswer): Promise<AnyView>;
  /** Closes the review of an emergency with a person's key, saying what was found. */
  review(id: string, note: string, surface?: 'api' | 'cli'): Promise<AnyView>;
  /**
   * Presents a grant for what is about to be done; sent again under one key until it is answered, so a lost answer costs
   * no use. Only a returned value is yes. Throws `GrantRefused` when the action must not be done.
   */
  redeem(grant: string | undefined, action: AboutToDo, options?: WaitOptions): Promise<Redeemed>;
  /**
   * Takes back what is left of an approval; throws `Rejected` with `not_approved` when there is none, and with
   * `not_a_revoker` to a person who neither asked nor approved nor is named by policy.
   */
  revoke(id: string, reason?: string): Promise<AnyView>;
  /** Standing approvals in force for this service. */
  standing(): Promise<readonly StandingView[]>;
  /** Ends a standing approval before its time. */
  revokeStanding(id: string): Promise<StandingView>;
  /** With a person's key: a one-time code, to link a Slack account to them by typing `/approvals link CODE` there. */
  link(): Promise<LinkCode>;
  /** With a person's key: which Slack accounts are theirs. */
  linked(): Promise<LinkView>;
  /** With a person's key: ends their link; throws `Rejected` with the code `link_none` when there is none. */
  unlink(): Promise<LinkView>;
  /** Withdraws a pending request; throws `Rejected` with the code `already_resolved` when it ended otherwise. */
  cancel(id: string): Promise<AnyView>;
};
