// Whom a name means: people are found by their id, their address and their logins, however these are typed.
import { folded, tidy } from '../../domain/name.ts';
import type { NameAnswer } from '../../flow/ports.ts';
import type { People, Person } from './people-file.ts';

/** Beside the accounts: the id first. */
export function namesOf({ id, email, names }: Person): readonly string[] {
  return [id, ...(email === undefined ? [] : [email]), ...names];
}

/** By folded name. What is said of two is nobody's name; of two people it is known who they may be. */
export function meantBy({ people, agents }: People): ReadonlyMap<string, NameAnswer> {
  const meant = new Map<string, NameAnswer>();
  const add = (name: string, answer: Named) => {
    const key = folded(name);
    const before = meant.get(key);
    const isNew = before === undefined || ('id' in before && before.id === answer.id);
    const among = new Set([...(before === undefined ? [] : personsOf(before)), ...personsOf(answer)]);
    meant.set(key, isNew ? answer : { kind: 'ambiguous', people: [...among] });
  };
  for (const person of people) for (const name of namesOf(person)) add(name, { kind: 'person', id: person.id });
  for (const { id, owner } of agents) add(id, { kind: 'agent', id, owner });
  return meant;
}

/** An id as it stands comes first, so that nobody takes it by calling an address of theirs so. */
export function whoIs({ facts, owners, meant }: Names, name: string): NameAnswer {
  const id = tidy(name);
  const owner = owners.get(id);
  if (owner !== undefined) return { kind: 'agent', id, owner };
  if (facts.has(id)) return { kind: 'person', id };
  return meant.get(folded(name)) ?? { kind: 'unknown' };
}

/** People and agents by their ids, agents' owners, and whom a folded name means. */
type Names = {
  readonly facts: ReadonlyMap<string, unknown>;
  readonly owners: ReadonlyMap<string, string>;
  readonly meant: ReadonlyMap<string, NameAnswer>;
};

type Named = Extract<NameAnswer, { readonly id: string }>;

function personsOf(answer: NameAnswer): readonly string[] {
  switch (answer.kind) {
    case 'person':
      return [answer.id];
    case 'agent':
      return [answer.owner];
    case 'ambiguous':
      return answer.people;
    case 'unknown':
      return [];
    default:
      return answer satisfies never;
  }
}
