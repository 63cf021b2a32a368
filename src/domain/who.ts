// Who somebody is, whatever they are called: what was gathered of a name, held against what was gathered of another.
import { type Account, personOfAccount } from './account.ts';
import { folded, likeness } from './name.ts';
import type { RequestRecord } from './record.ts';
import type { AccountKind, Voter } from './vote.ts';

/** What is known of a name that stands in a request, gathered when the request was judged. */
export type Identity = {
  /** All names that they may stand under, folded: ids, addresses, logins, accounts; an agent bears its owner's too. */
  readonly names: ReadonlySet<string>;
  /** The directory has one person or agent for it, or Slack one account. */
  readonly isKnown: boolean;
  /** A person of whom no account is listed: an account that is nobody's may be theirs. */
  readonly isUnlisted: boolean;
  /** An account of Slack that no person has. */
  readonly isNobodys: boolean;
};

/** Somebody who answers, and what is known of everybody whom the request names. */
export type Who = Identity & {
  readonly account: Account;
  /** The person, or the account's own name where it is nobody's. */
  readonly user: string;
  /** With every membership that approvers of this request can name. */
  readonly groups: readonly string[];
  readonly kind: AccountKind;
  readonly matched_by?: NonNullable<Voter['matched_by']>;
  /** By the name as the record or policy has it. Of whom nothing was gathered, nothing is known. */
  readonly others: ReadonlyMap<string, Identity>;
};

/** Whether the two bear a name in common. */
function isSame({ names }: Pick<Identity, 'names'>, other: Pick<Identity, 'names'>): boolean {
  return [...other.names].some(name => names.has(name));
}

/** Whether a name in a request means somebody, or, known to nobody, is like one of theirs to all who read it. */
export function isMeant(who: Who, name: string): boolean {
  const other = otherOf(who, name);
  if (isSame(who, other)) return true;
  const alike = likeness(name);
  return !other.isKnown && [...who.names].some(own => likeness(own) === alike);
}

/** Whether somebody bears this very name. */
export function bears({ names }: Pick<Identity, 'names'>, name: string): boolean {
  return names.has(folded(name));
}

/** What was gathered of a name. Of what was not, only the name itself is known. */
export function otherOf({ others }: Pick<Who, 'others'>, name: string): Identity {
  return others.get(name) ?? { names: new Set([folded(name)]), isKnown: false, isUnlisted: true, isNobodys: true };
}

/**
 * An account that is nobody's, and a person of whom no account is listed: they may be the same, and nobody countersigns
 * themselves, nor twice. An account that the person has linked is no answer to that: it is their own word, and they may
 * have a second one. `barred`: who may not give this answer; whoever approved already may not either.
 */
export function mayBeTheSame({ votes }: Pick<RequestRecord, 'votes'>, who: Who, barred: readonly string[]): boolean {
  const approvals = votes.filter(({ vote, counted }) => counted && vote === 'approve').map(({ by }) => by);
  if (who.isNobodys) {
    // Two accounts of Slack are two people, so that of those who approved only those count who came with a key.
    const people = [...barred, ...approvals.filter(isByKey).map(({ user }) => user)];
    return people.some(name => otherOf(who, name).isUnlisted);
  }
  const comesWithKey = who.account.kind === 'person';
  const isTheirWord = comesWithKey || who.matched_by === 'link';
  if (!isTheirWord || !who.isUnlisted) return false;
  const accounts = comesWithKey ? approvals.filter(({ id, user }) => id === user).map(({ id }) => id) : [];
  return [...barred, ...accounts].some(name => otherOf(who, name).isNobodys);
}

function isByKey({ id }: Pick<Voter, 'id'>): boolean {
  return personOfAccount(id) !== undefined;
}
