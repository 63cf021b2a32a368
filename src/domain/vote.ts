// One answer by one person, and what we know of the account that gave it.

/** What the platform says about an account; everything but `member` needs policy to name it. */
export type AccountKind = 'member' | 'guest' | 'bot' | 'deleted' | 'external' | 'stranger';

/** Where a vote was given. */
export type Surface = 'slack' | 'cli' | 'api';

/** Who votes: `id` is the account (`slack:T1:U9`, `person:bob`), `user` the person, who has one vote whatever accounts they have. */
export type Voter = {
  readonly id: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly kind: AccountKind;
  /** How the account was taken for the person, where the directory does not list it. */
  readonly matched_by?: 'email' | 'link';
  /** The directory knew them when they answered, and no longer does: an approval of theirs counts no more. */
  readonly unknown?: true;
};

export type Ballot = 'approve' | 'deny';

export type Vote = {
  readonly by: Voter;
  readonly vote: Ballot;
  readonly reason?: string;
  /** RFC 3339, when it was received. */
  readonly at: string;
  readonly surface: Surface;
  /** Hash of the card that the approver was shown. */
  readonly card?: string;
  /** What the vote is beside an answer to this request: a wish for later ones, or one given before, with another. */
  readonly standing?: StandingWish | StandingMark;
};

/** The approver also lets later requests of this kind pass, for as long and as often as said here. */
export type StandingWish = { readonly duration: string; readonly uses: number };

/** The vote was given with another request, and a standing approval kept it. Policy reads it as it stands here. */
export type StandingMark = {
  /** The standing approval. */
  readonly id: string;
  /** The request that it was given with: what the approver was shown. */
  readonly request: string;
  readonly granted_at: string;
  readonly expires_at: string;
  /** How often other requests have used it. */
  readonly used: number;
  /** Whether this request's arguments are those that were approved. */
  readonly same_params: boolean;
};

/** A vote as kept in the record: with policy's newest verdict on it. */
export type CountedVote = Vote & { readonly counted: boolean; readonly code?: string };

/** What the approver wished for later requests. */
export function wishOf({ standing }: Pick<Vote, 'standing'>): StandingWish | undefined {
  return standing === undefined || 'id' in standing ? undefined : standing;
}

/** The standing approval that the vote was kept by; undefined where it was given with this very request. */
export function markOf({ standing }: Pick<Vote, 'standing'>): StandingMark | undefined {
  return standing !== undefined && 'id' in standing ? standing : undefined;
}
