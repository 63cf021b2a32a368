// What the directory says, from wherever its text came: read once, answered from memory.
import { slackAccount } from '../../domain/account.ts';
import { Failure } from '../../domain/failure.ts';
import type { DirectoryFacts } from '../../domain/policy-input.ts';
import type { WorkloadRule } from '../../domain/workload.ts';
import type { Check, Directory, DirectoryAnswer, NameAnswer, Workloads } from '../../flow/ports.ts';
import { meantBy, namesOf, whoIs } from './names.ts';
import { type People, parsePeople } from './people-file.ts';

/** A directory that follows its source. */
export type LiveDirectory = Directory &
  Workloads & {
    /** Asks the source again now; `true` when what it says is in force. */
    reload(): Promise<boolean>;
    /** Why the source's newest word is not in force, if it is not. */
    readonly fault: string | undefined;
    check(): Promise<Check>;
    stop(): void;
  };

/** What one version of the directory says, ready to be asked. */
export type Known = {
  readonly count: { readonly people: number; readonly agents: number; readonly groups: number };
  readonly owners: ReadonlyMap<string, string>;
  readonly facts: ReadonlyMap<string, DirectoryFacts>;
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly accounts: ReadonlyMap<string, DirectoryAnswer>;
  readonly emails: ReadonlyMap<string, DirectoryAnswer>;
  readonly slack: ReadonlyMap<string, readonly string[]>;
  /** Whom a folded name means. */
  readonly meant: ReadonlyMap<string, NameAnswer>;
  /** A person's names, the id first. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** People for whom any account is listed. */
  readonly listed: ReadonlySet<string>;
  readonly workloads: readonly WorkloadRule[];
};

/** Two people on one account: it is neither's, and mentions neither. */
export function knownOf(all: People): Known {
  const { people, agents, workloads } = all;
  const accounts = new Map<string, DirectoryAnswer>();
  for (const { id, slack, groups } of people) {
    for (const account of new Set(slack.map(slackAccountOf))) {
      accounts.set(account, accounts.has(account) ? { kind: 'ambiguous' } : { kind: 'person', id, groups });
    }
  }
  const unambiguous = (account: string) => accounts.get(account)?.kind === 'person';
  const members = membersOf(people);
  return {
    count: { people: people.length, agents: agents.length, groups: members.size },
    owners: new Map(agents.map(({ id, owner }) => [id, owner])),
    facts: new Map<string, DirectoryFacts>([
      ...people.map(({ id, groups, roles }) => [id, { groups, roles }] as const),
      ...agents.map(({ id }) => [id, { groups: [], roles: [] }] as const),
    ]),
    members,
    accounts,
    emails: emailsOf(people),
    meant: meantBy(all),
    names: new Map(people.map(person => [person.id, namesOf(person)])),
    slack: new Map(people.map(({ id, slack }) => [id, slack.map(slackAccountOf).filter(unambiguous)])),
    listed: new Set(people.filter(({ slack }) => slack.length > 0).map(({ id }) => id)),
    workloads,
  };
}

/** Only of those who have no account listed: what the directory says of accounts is not widened by an address. */
function emailsOf(people: People['people']): ReadonlyMap<string, DirectoryAnswer> {
  const emails = new Map<string, DirectoryAnswer>();
  for (const { id, email, slack, groups } of people) {
    if (email === undefined) continue;
    const key = email.toLowerCase();
    const answer: DirectoryAnswer = slack.length > 0 ? { kind: 'unknown' } : { kind: 'person', id, groups };
    emails.set(key, emails.has(key) ? { kind: 'ambiguous' } : answer);
  }
  return emails;
}

function membersOf(people: People['people']): ReadonlyMap<string, readonly string[]> {
  const groups = new Set(people.flatMap(person => person.groups));
  const inGroup = (group: string) => people.filter(person => person.groups.includes(group)).map(({ id }) => id);
  return new Map([...groups].map(group => [group, inGroup(group)]));
}

/** The file writes "T0123:U0456". */
function slackAccountOf(teamAndUser: string): string {
  const [team = '', user = ''] = teamAndUser.split(':');
  return slackAccount(team, user);
}

/** The next version. Throws where it cannot be used: nobody may vanish because a source was emptied by mistake. */
export function nextKnown(text: string, before: Known | undefined): Known {
  const next = knownOf(parsePeople(text));
  if (next.count.people === 0 && (before?.count.people ?? 0) > 0) {
    const message =
      'The directory has nobody in it any more, which looks like a mistake. Restore it, or restart Countersign if it is meant.';
    throw new Failure('people_empty', message, { isTransient: false });
  }
  return next;
}

/** The port's answers. `known` throws while what we know is too old to be trusted; whom to mention may be old. */
export function answersFrom(known: () => Known, latest: () => Known): Directory & Workloads {
  const factsOf = (name: string) => {
    const { facts } = known();
    const answer = whoIs(known(), name);
    return 'id' in answer ? facts.get(answer.id) : undefined;
  };
  return {
    whoIs: name => whoIs(known(), name),
    namesOf: person => known().names.get(person) ?? [],
    ownerOf(agent) {
      const answer = whoIs(known(), agent);
      return answer.kind === 'agent' ? answer.owner : undefined;
    },
    factsOf,
    membersOf: group => known().members.get(group) ?? [],
    personOf: account => known().accounts.get(account) ?? { kind: 'unknown' },
    personOfEmail: email => known().emails.get(email.toLowerCase()) ?? { kind: 'unknown' },
    slackAccountsOf: personId => latest().slack.get(personId) ?? [],
    hasAccount: personId => known().listed.has(personId),
    rules: () => known().workloads,
  };
}

/** For whoever looks after it: how much it knows. */
export function sizeOf({ count }: Known): string {
  const { people, agents, groups } = count;
  return `${counted(people, 'person', 'people')}, ${counted(agents, 'agent')}, ${counted(groups, 'group')}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
