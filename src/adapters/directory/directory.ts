// Who people are: answers from the people file, which is read again whenever it changes.
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { DirectoryFacts } from '../../domain/policy-input.ts';
import type { Directory, DirectoryAnswer, Observe } from '../../flow/ports.ts';
import { type People, parsePeople } from './people-file.ts';

export type FileDirectory = Directory & {
  /** Reads the file again now; `true` when its content is in force. */
  reload(): Promise<boolean>;
  /** Why the newest edit is not in force, if it is not. */
  readonly fault: string | undefined;
  stop(): void;
};

export type DirectoryOptions = {
  readonly path: string;
  readonly observe?: Observe;
  /** How often the file is looked at, beside the system's own notices, which some file systems do not give. */
  readonly pollMs?: number;
  readonly onReload?: () => void;
};

const POLL_MS = 2_000;
/** An editor writes in several strokes. */
const SETTLE_MS = 50;

/** Opens the people file. A file that cannot be used at the start stops the start; a broken edit later does not count. */
export async function openDirectory(options: DirectoryOptions): Promise<FileDirectory> {
  const { path, observe } = options;
  let text = await readPeople(path);
  let index = indexOf(parsePeople(text));
  let fault: string | undefined;
  let brokenText: string | undefined;

  async function reload(): Promise<boolean> {
    let newer: string | undefined;
    try {
      newer = await readPeople(path);
      if (newer === text) {
        fault = undefined;
        brokenText = undefined;
        return true;
      }
      index = indexOf(parsePeople(newer));
      text = newer;
      fault = undefined;
      brokenText = undefined;
      options.onReload?.();
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isNews = fault !== message || brokenText !== newer;
      fault = message;
      brokenText = newer;
      const code = error instanceof Failure ? error.code : 'people_file_unreadable';
      const told = `${message} The people known before are still in force.`;
      if (isNews) observe?.({ kind: 'trouble', where: 'directory', code, message: told });
      return false;
    }
  }

  const stop = watchFile(path, options.pollMs ?? POLL_MS, () => void reload());
  return {
    ownerOf: agentId => index.owners.get(agentId),
    factsOf: id => index.facts.get(id),
    membersOf: group => index.members.get(group) ?? [],
    personOf: account => index.accounts.get(account) ?? { kind: 'unknown' },
    slackAccountsOf: personId => index.slack.get(personId) ?? [],
    reload,
    get fault() {
      return fault;
    },
    stop,
  };
}

type Index = {
  readonly owners: ReadonlyMap<string, string>;
  readonly facts: ReadonlyMap<string, DirectoryFacts>;
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly accounts: ReadonlyMap<string, DirectoryAnswer>;
  readonly slack: ReadonlyMap<string, readonly string[]>;
};

/** Two people on one account: it is neither's, and mentions neither. */
function indexOf({ people, agents }: People): Index {
  const accounts = new Map<string, DirectoryAnswer>();
  for (const { id, slack, groups } of people) {
    for (const account of new Set(slack.map(slackAccountOf))) {
      accounts.set(account, accounts.has(account) ? { kind: 'ambiguous' } : { kind: 'person', id, groups });
    }
  }
  const unambiguous = (account: string) => accounts.get(account)?.kind === 'person';
  return {
    owners: new Map(agents.map(({ id, owner }) => [id, owner])),
    facts: new Map<string, DirectoryFacts>([
      ...people.map(({ id, groups, roles }) => [id, { groups, roles }] as const),
      ...agents.map(({ id }) => [id, { groups: [], roles: [] }] as const),
    ]),
    members: membersOf(people),
    accounts,
    slack: new Map(people.map(({ id, slack }) => [id, slack.map(slackAccountOf).filter(unambiguous)])),
  };
}

function membersOf(people: People['people']): ReadonlyMap<string, readonly string[]> {
  const groups = new Set(people.flatMap(person => person.groups));
  const inGroup = (group: string) => people.filter(person => person.groups.includes(group)).map(({ id }) => id);
  return new Map([...groups].map(group => [group, inGroup(group)]));
}

function slackAccountOf(teamAndUser: string): string {
  return `slack:${teamAndUser}`;
}

async function readPeople(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `The people file ${path} cannot be read. Set COUNTERSIGN_PEOPLE to a readable JSON or YAML file.`;
    throw new Failure('people_file_missing', message, { cause, isTransient: false });
  }
}

/** The folder is watched, since editors replace a file rather than write into it; the poll catches what is not told. */
function watchFile(path: string, pollMs: number, changed: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS);
    settling.unref();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, soon);
    watcher.on('error', () => watcher?.close());
  } catch {
    // No notices on this file system: the poll is enough.
  }
  let seen = '';
  const poll = setInterval(async () => {
    const now = await stat(path).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => 'gone',
    );
    if (seen !== '' && seen !== now) soon();
    seen = now;
  }, pollMs);
  poll.unref();
  return () => {
    clearTimeout(settling);
    clearInterval(poll);
    watcher?.close();
  };
}
