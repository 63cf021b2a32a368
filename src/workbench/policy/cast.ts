// Who there is in a rehearsal: a people file, people listed one by one, or, where nobody says, anybody.
import { readFile } from 'node:fs/promises';
import { answersFrom, knownOf } from '../../adapters/directory/known.ts';
import { type People, type Person, parsePeople } from '../../adapters/directory/people-file.ts';
import { Failure } from '../../domain/failure.ts';
import { withAnybody } from '../rehearsal/anybody.ts';
import type { World } from '../rehearsal/rehearse.ts';
import type { PeopleChange, PersonFacts } from '../rehearsal/step.ts';
import { Unusable } from '../unusable.ts';

export type Cast = World['directoryWith'];

export type CastOptions = {
  /** Read once, and not watched. */
  readonly file?: string;
  /** Added to the file's, or all there are. */
  readonly people?: { readonly [person: string]: PersonFacts };
  /** Agents, each with its owner. */
  readonly agents?: { readonly [agent: string]: string };
  /** Nobody has said who there is: whom a policy asks exists, so that it can be seen what it asks. */
  readonly isAnybody?: boolean;
};

export async function castOf({ file, people = {}, agents = {}, isAnybody = false }: CastOptions): Promise<Cast> {
  const base = file === undefined ? { people: [], agents: [], workloads: [] } : await peopleIn(file);
  const owned = Object.entries(agents).map(([id, owner]) => ({ id, owner }));
  const all = changed({ ...base, agents: [...base.agents, ...owned] }, people);
  return changes => {
    const known = knownOf(withAccounts(changed(all, changes)));
    const directory = answersFrom(
      () => known,
      () => known,
    );
    return isAnybody ? withAnybody(directory) : directory;
  };
}

async function peopleIn(path: string): Promise<People> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Unusable(`The people file ${path} cannot be read. Check the path.`);
  });
  try {
    return parsePeople(text);
  } catch (error) {
    throw error instanceof Failure ? new Unusable(`${path}: ${error.message}`) : error;
  }
}

/** Somebody who is there already keeps their accounts; whom the change calls `null` is nobody any more. */
function changed({ people, ...others }: People, change: PeopleChange): People {
  const kept = people.filter(({ id }) => !Object.hasOwn(change, id));
  const told = Object.entries(change).flatMap(([id, facts]): Person[] => {
    if (facts === null) return [];
    const before = people.find(person => person.id === id);
    return [{ slack: [], names: [], ...before, id, ...facts }];
  });
  return { people: [...kept, ...told], ...others };
}

/** Whoever is listed without a Slack account has one in a rehearsal, and keeps it: their answers come from there. */
function withAccounts({ people, ...others }: People): People {
  const accountOf = (id: string) => `T0REHEARSAL:${encodeURIComponent(id)}`;
  return {
    people: people.map(person => (person.slack.length > 0 ? person : { ...person, slack: [accountOf(person.id)] })),
    ...others,
  };
}
