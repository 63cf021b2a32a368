// The view of a request as a type: what the API, the SDK, callbacks and the command line tell. It names nothing of the server.
import type { ResolvedBy, Status } from '../domain/lifecycle.ts';
import type { Submission } from '../domain/submission.ts';

/** Where a vote was given. */
export type SurfaceView = 'slack' | 'cli' | 'api';

/** What policy said, and which rule. */
export type ReasonView = {
  readonly code: string;
  readonly message?: string | undefined;
  /** What the requester can do about it. */
  readonly hint?: string | undefined;
  readonly rule?: string | undefined;
};

/** A number of people who must approve, and who they may be. */
export type StageView = {
  readonly id: string;
  readonly title?: string | undefined;
  readonly quorum: number;
  readonly have: number;
  readonly approvers: readonly {
    readonly type: 'user' | 'group' | 'slack_usergroup' | 'slack_channel';
    readonly id: string;
  }[];
  /** Whether people can answer for it now; later ones wait. */
  readonly open?: boolean | undefined;
};

/** Who submitted, as the server authenticated them. */
export type ServiceView = {
  readonly id: string;
  readonly auth: 'api_key' | 'queue_key' | 'workload';
  /** What the token of a job's platform said. */
  readonly workload?: { readonly issuer: string; readonly claims: Readonly<Record<string, string>> };
};

export type VoteView = {
  /** The person. */
  readonly by: string;
  readonly account: string;
  readonly vote: 'approve' | 'deny';
  readonly reason?: string;
  readonly at: string;
  readonly surface: SurfaceView;
  readonly card?: string;
  /** The wish that later requests of this kind pass too; or, by whose vote this one passed, the standing approval that kept it. */
  readonly standing?:
    | { readonly duration: string; readonly uses: number }
    | { readonly id: string; readonly request: string };
  readonly counted: boolean;
  readonly code?: string;
};

export type RequestView = {
  readonly id: string;
  /** Grows with every change; of two views the one with the higher version is the newer. */
  readonly version: number;
  readonly status: Status;
  readonly resolved_by?: ResolvedBy;
  readonly resolved_at?: string;
  /** The person's words at a denial, policy's message, or the cause of a failure. */
  readonly resolution_reason?: string;
  readonly action: string;
  readonly user: Submission['user'];
  readonly actor?: NonNullable<Submission['actor']>;
  readonly resource: Submission['resource'];
  readonly params?: NonNullable<Submission['params']>;
  readonly context?: NonNullable<Submission['context']>;
  readonly reason?: string;
  /** Asked to break glass. */
  readonly emergency?: boolean;
  /** Pointers to the values that the requester hides: in their place stand digests. */
  readonly sensitive?: readonly string[];
  /** Those of them that policy wants shown: nobody can approve while they are hidden. */
  readonly must_show?: readonly string[];
  readonly digest: string;
  readonly service: ServiceView;
  readonly reasons: readonly ReasonView[];
  readonly stages: readonly StageView[];
  readonly severity?: string;
  /** Where policy lets people approve; absent: everywhere. */
  readonly surfaces?: readonly string[];
  /** The most that approvers may let later requests of this kind pass; while it is pending, where policy offers it. */
  readonly standing_offer?: StandingOffer;
  /** When more people were asked. */
  readonly escalated_at?: string;
  /** The newest change of what policy requires. */
  readonly policy_change?: { readonly at: string; readonly words: string };
  /** What policy let pass at once and wants looked at afterwards. */
  readonly review?: ReviewView;
  /** The signed grant (compact JWS), over HTTP, while there is something left to redeem. */
  readonly grant?: string;
  readonly uses?: number;
  /** What was left of it was taken back. */
  readonly revoked?: { readonly by: string; readonly at: string; readonly reason?: string };
  /** The standing approval that let it pass. */
  readonly standing?: string;
  /** The standing approval that was given with it. */
  readonly gave_standing?: {
    readonly id: string;
    readonly by: string;
    readonly expires_at: string;
    readonly max_uses: number;
    readonly revoked_by?: string;
  };
  readonly votes: readonly VoteView[];
  readonly submitted_at: string;
  readonly expires_at: string;
  /** Which policy answered. */
  readonly policy?: { readonly revision?: string; readonly decision_id?: string };
  readonly slack?: { readonly channel: string; readonly ts: string };
  /** Why a pending request has no answer from policy yet, or why nobody can approve it. */
  readonly trouble?: string;
};

export type StandingOffer = {
  readonly max_duration: string;
  readonly max_uses: number;
  /** Whatever their parameters. */
  readonly any_params?: boolean | undefined;
};

export type ReviewView = {
  readonly status: 'open' | 'closed';
  readonly due_at: string;
  readonly closed_by?: string;
  readonly closed_at?: string;
  readonly note?: string;
};
