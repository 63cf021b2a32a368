// Gather: what is known of whoever answers, and of everybody whom the request names; once for each record that is judged.
import { isSlackAccount, parseAccount, personOfAccount } from '../domain/account.ts';
import { barred } from '../domain/barred.ts';
import type { Approval } from '../domain/decision.ts';
import { folded } from '../domain/name.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Voter } from '../domain/vote.ts';
import type { Identity, Who } from '../domain/who.ts';
import { namesOf, personByLink } from './identities.ts';
import type { Accounts, Directory, Links } from './ports.ts';

export type GatherWorld = {
  readonly directory: Directory;
  readonly links?: Links;
  /** Left out: Slack is not at hand, and knows nobody. */
  readonly accounts?: Pick<Accounts, 'find'>;
};

/**
 * The voter under all their names, and whoever the record or these answers of policy name. Asked anew for each record: a
 * link made meanwhile makes two names one.
 */
export async function gather(
  world: GatherWorld,
  voter: Voter,
  record: RequestRecord,
  approvals: readonly (Approval | undefined)[] = [record.approval],
): Promise<Who> {
  const names = new Set([
    ...[{}, ...approvals].flatMap(approval => barred(record, approval ?? {})).map(({ name }) => name),
    ...record.votes.flatMap(({ by }) => [by.id, by.user]),
  ]);
  const [own, ...others] = await Promise.all([
    namesOf(world, voter),
    ...[...names].map(async name => [name, await identityOf(world, name)] as const),
  ]);
  const { id, user, groups, kind, matched_by } = voter;
  const isNobodys = id === user;
  return {
    account: parseAccount(id) ?? { kind: 'person', person: user },
    user,
    groups,
    kind,
    ...(matched_by === undefined ? {} : { matched_by }),
    names: new Set([...own].map(folded)),
    isKnown: true,
    isUnlisted: !isNobodys && isUnlisted(world, user),
    isNobodys,
    others: new Map(others),
  };
}

/** What is known of a name: by the directory, by a link, and where neither knows it, by Slack. */
export async function identityOf(world: GatherWorld, name: string): Promise<Identity> {
  if (isSlackAccount(name)) return ofAccount(world, name);
  const answer = world.directory.whoIs(personOfAccount(name) ?? name);
  switch (answer.kind) {
    case 'person':
      return ofPerson(world, answer.id, [name]);
    case 'agent':
      return ofPerson(world, answer.owner, [name, answer.id]);
    case 'ambiguous': {
      const names = answer.people.flatMap(person => [...ofPerson(world, person, []).names]);
      return { names: new Set([folded(name), ...names]), isKnown: false, isUnlisted: true, isNobodys: false };
    }
    case 'unknown':
      return unlisted(world, name);
    default:
      return answer satisfies never;
  }
}

/** Everybody whom the directory could mean by a name, by their ids. */
export function meantBy(directory: Directory, name: string): readonly string[] {
  if (isSlackAccount(name)) {
    const person = directory.personOf(name);
    return person.kind === 'person' ? [person.id] : [];
  }
  const answer = directory.whoIs(personOfAccount(name) ?? name);
  switch (answer.kind) {
    case 'person':
      return [answer.id];
    case 'agent':
      return [answer.id, answer.owner];
    case 'ambiguous':
      return answer.people;
    case 'unknown':
      return [];
    default:
      return answer satisfies never;
  }
}

function ofPerson({ directory }: GatherWorld, person: string, more: readonly string[]): Identity {
  const names = [person, ...directory.namesOf(person), ...directory.slackAccountsOf(person), ...more];
  return {
    names: new Set(names.map(folded)),
    isKnown: true,
    isUnlisted: isUnlisted({ directory }, person),
    isNobodys: false,
  };
}

async function ofAccount(world: GatherWorld, account: string): Promise<Identity> {
  const listed = world.directory.personOf(account);
  const linked = listed.kind === 'person' ? undefined : await personByLink(world, account);
  const person = listed.kind === 'person' ? listed.id : linked?.id;
  if (person !== undefined) return { ...ofPerson(world, person, [account]), isUnlisted: false };
  const found = listed.kind === 'unknown' ? await world.accounts?.find?.(account) : undefined;
  return { names: new Set([folded(account)]), isKnown: found !== undefined, isUnlisted: false, isNobodys: true };
}

/** A newcomer whom only Slack knows: their account is theirs, and no other is. */
async function unlisted(world: GatherWorld, name: string): Promise<Identity> {
  const account = name.includes('@') ? await world.accounts?.find?.(folded(name)) : undefined;
  if (account === undefined) {
    return { names: new Set([folded(name)]), isKnown: false, isUnlisted: true, isNobodys: false };
  }
  const identity = await ofAccount(world, account);
  return { ...identity, names: new Set([folded(name), ...identity.names]), isKnown: true };
}

function isUnlisted({ directory }: Pick<GatherWorld, 'directory'>, person: string): boolean {
  return directory.slackAccountsOf(person).length === 0;
}
