// Links that people made themselves, held against the directory, which always comes first.
import { personOfAccount } from '../domain/account.ts';
import { isTransient } from '../domain/failure.ts';
import type { DirectoryFacts } from '../domain/policy-input.ts';
import type { Voter } from '../domain/vote.ts';
import type { Directory, Links } from './ports.ts';

/** What the directory says of a person by their own id; undefined for agents, and for whoever it does not know. */
export function personFacts(directory: Directory, id: string): DirectoryFacts | undefined {
  return isPerson(directory, id) ? directory.factsOf(id) : undefined;
}

/** Whether this is a person's own id, not only a name of theirs. */
export function isPerson(directory: Pick<Directory, 'whoIs'>, id: string): boolean {
  const answer = directory.whoIs(id);
  return answer.kind === 'person' && answer.id === id;
}

/** A link counts while the directory knows the person, and names neither an account of theirs nor this account. */
export function doesCount(directory: Directory, { person, account }: { person: string; account: string }): boolean {
  const isOpen = !directory.hasAccount(person) && directory.personOf(account).kind === 'unknown';
  return isOpen && personFacts(directory, person) !== undefined;
}

/** The person behind an account that the directory does not name, if their link to it counts. */
export async function personByLink(
  { directory, links }: { readonly directory: Directory; readonly links?: Links },
  account: string,
) {
  const person = await links?.personOf(account);
  if (person === undefined || !doesCount(directory, { person, account })) return undefined;
  return { id: person, groups: personFacts(directory, person)?.groups ?? [] };
}

/**
 * Every name under which somebody may stand in a record. Wider than what counts: a link that the directory overrules
 * makes nobody an approver, and still keeps them from approving their own request by that account. A link that has ended
 * too: whoever could shed a name would shed it before answering. Only the directory, naming another person for the
 * account, says that it is theirs no more.
 */
export async function namesOf(
  { directory, links }: { readonly directory: Directory; readonly links?: Links },
  { id, user }: Pick<Voter, 'id' | 'user'>,
): Promise<ReadonlySet<string>> {
  const isAccount = personOfAccount(id) === undefined;
  const linked = isAccount ? await links?.personOf(id) : undefined;
  const before = isAccount && !isGiven(directory, id) ? await links?.formerOf(id) : undefined;
  const others = [user, linked, ...(before ?? [])].filter(name => name !== undefined);
  const people = [...new Set(others)].filter(name => name !== id);
  const accounts = await Promise.all(people.map(person => accountsOf({ directory, links }, person)));
  return new Set([id, ...people, ...people.flatMap(person => directory.namesOf(person)), ...accounts.flat()]);
}

/** Listed, linked, and linked once. */
async function accountsOf(
  { directory, links }: { readonly directory: Directory; readonly links: Links | undefined },
  person: string,
): Promise<readonly string[]> {
  const [own, before] = await Promise.all([links?.of(person), links?.formerOf(person)]);
  const once = (before ?? []).filter(account => !isGiven(directory, account));
  return [...directory.slackAccountsOf(person), ...(own === undefined ? [] : [own.account]), ...once];
}

/** Whether the directory names one person for the account. */
function isGiven(directory: Directory, account: string): boolean {
  return directory.personOf(account).kind === 'person';
}

/** Where a person is mentioned and written to: as the directory lists it, else by their link as known `lately`. */
export function slackAccountsOf(
  directory: Directory,
  lately: (person: string) => string | undefined,
  person: string,
): readonly string[] {
  const listed = directory.slackAccountsOf(person);
  if (listed.length > 0) return listed;
  const account = lately(person);
  return account !== undefined && counts(directory, { person, account }) ? [account] : [];
}

/** Whom a message calls of a group; nobody while the directory is too old to be believed: the message goes on. */
export function membersOf(directory: Directory, group: string): readonly string[] {
  try {
    return directory.membersOf(group);
  } catch (error) {
    if (isTransient(error)) return [];
    throw error;
  }
}

/** While the directory is too old to be believed nobody is mentioned by a link; the card goes on. */
function counts(directory: Directory, link: { person: string; account: string }): boolean {
  try {
    return doesCount(directory, link);
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}
