// Whether somebody may be one and the same as others of a request: what names cannot tell, because an account is nobody's.
import type { RequestRecord } from '../domain/record.ts';
import { personOfAccount, type Voter } from '../domain/vote.ts';
import { personByLink } from './identities.ts';
import type { Directory, Links } from './ports.ts';

type World = { readonly directory: Directory; readonly links?: Links };

/** Whose request it is, as far as people go: the user, and whoever answers for the actor. */
export function requestersOf({ submission, owner }: RequestRecord): readonly string[] {
  return [submission.user.id, owner].filter(id => id !== undefined);
}

/**
 * An account that is nobody's, and a person of whom no account is listed: they may be the same, and nobody countersigns
 * themselves, nor twice. An account that the person has linked is no answer to that: it is their own word, and they may
 * have a second one. `barred`: who may not give this answer; whoever approved already may not either.
 */
export async function mayBeTheSame(
  world: World,
  record: RequestRecord,
  voter: Voter,
  barred: readonly string[],
): Promise<boolean> {
  const others = record.votes.filter(({ vote, counted }) => counted && vote === 'approve').map(({ by }) => by);
  if (isNobodys(voter)) {
    // Two accounts of Slack are two people, so that of others only those count who came with a key.
    const people = [...barred, ...others.filter(isByKey).map(({ user }) => user)];
    return people.some(id => !isAccount(id) && isUnlisted(world, id));
  }
  const isTheirWord = isByKey(voter) || voter.matched_by === 'link';
  if (!isTheirWord || !isUnlisted(world, voter.user)) return false;
  const approving = isByKey(voter) ? others.filter(isNobodys).map(({ id }) => id) : [];
  const accounts = [...barred.filter(isAccount), ...approving];
  for (const account of accounts) {
    if (world.directory.personOf(account).kind === 'person') continue;
    if ((await personByLink(world, account)) === undefined) return true;
  }
  return false;
}

function isNobodys({ id, user }: Pick<Voter, 'id' | 'user'>): boolean {
  return id === user;
}

function isByKey({ id }: Pick<Voter, 'id'>): boolean {
  return personOfAccount(id) !== undefined;
}

function isAccount(id: string): boolean {
  return id.startsWith('slack:');
}

function isUnlisted({ directory }: World, person: string): boolean {
  return directory.slackAccountsOf(person).length === 0;
}
