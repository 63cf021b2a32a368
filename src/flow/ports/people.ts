// Who people are: by the directory, by the links they made themselves, and by what the platform says of an account.
import type { EventOf } from '../../domain/audit/events.ts';
import type { Approver } from '../../domain/decision.ts';
import type { Link } from '../../domain/link.ts';
import type { DirectoryFacts } from '../../domain/policy-input.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { AccountKind } from '../../domain/vote.ts';

/** Who people are: accounts, groups and agents' owners, from a source we chose to trust. */
export interface Directory {
  /** Whom a name means: who has this very id, else the one whose id, address or login it is, in whatever case. */
  whoIs(name: string): NameAnswer;
  /** Every name of a person beside their accounts: their id, their address, their logins. */
  namesOf(person: string): readonly string[];
  /** Who answers for the agent of this name. */
  ownerOf(agent: string): string | undefined;
  /** What it says of the person or agent of this name; undefined when it does not know them. */
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

/** `ambiguous`: it could be any of these people, so it is nobody's. */
export type NameAnswer =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'agent'; readonly id: string; readonly owner: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly people: readonly string[] };

export type DirectoryAnswer =
  | { readonly kind: 'person'; readonly id: string; readonly groups: readonly string[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' };

/** Slack accounts that people have linked to themselves. Whether a link counts is for the directory to say. */
export interface Links {
  personOf(account: string): Promise<string | undefined>;
  of(person: string): Promise<Link | undefined>;
  /** Of a person every account that they had linked once, of an account everybody who had; also after it ended. */
  formerOf(name: string): Promise<readonly string[]>;
}

/** Making and ending links. What is changed and its `fact` for the audit are stored together. */
export interface LinkBook extends Links {
  /** Keeps the hash of a code for a while, in the place of the one before. It is in force while `key` is. */
  offer(offer: {
    readonly person: string;
    /** The id of the key that it was asked for with. */
    readonly key: string;
    readonly hash: string;
    readonly lifeMs: number;
    readonly fact: EventOf<'link_offered'>;
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
    readonly fact: EventOf<'linked'>;
  }): Promise<'linked' | 'unknown' | 'taken' | 'moved'>;
  /** Whether there was this link to end. */
  remove(link: {
    readonly person: string;
    readonly account: string;
    readonly fact: EventOf<'unlinked'>;
  }): Promise<boolean>;
}

/** Who is in a group or channel that only the platform knows. */
export interface Gatherings {
  /** Accounts, `slack:T:U`; undefined where it cannot be told. Throws a transient `Failure` while Slack does not say. */
  membersOf(approver: Approver): Promise<readonly string[] | undefined>;
}

/** What the platform itself says of an account, now. */
export interface Accounts {
  kindOf(account: string): Promise<AccountKind>;
  /** Which of these Slack user groups the account is in, by Slack's own word: `S123` → `slack_usergroup:S123`. */
  usergroupsOf(account: string, candidates: readonly string[]): Promise<readonly string[]>;
  /** The confirmed e-mail address of an account; undefined where Slack shows none. */
  emailOf(account: string): Promise<string | undefined>;
  /**
   * The account of somebody whom a request names, `slack:T:U` or by an address that they have confirmed; undefined where
   * Slack has none. Left out: Slack is not at hand. Throws a transient `Failure` while Slack does not say.
   */
  find?(name: string): Promise<string | undefined>;
  /** Which of these Slack channels the account is in now: `C123` → `slack_channel:C123`. */
  channelsOf(account: string, candidates: readonly string[]): Promise<readonly string[]>;
}

export type Unlinked = { readonly kind: 'unlinked'; readonly person: string; readonly account: string } | Refusal;
