// Who is called to a request now: the people whom its open stages name; never whoever asked, nor whom a rule excludes.
import { barred } from './barred.ts';
import type { Stage } from './decision.ts';
import type { Effect } from './effect.ts';
import { folded } from './name.ts';
import type { RequestRecord } from './record.ts';

/** So many are mentioned where the card stands; more than that are told one by one. */
export const MOST_MENTIONED = 8;
/** A group of more people than this is no list of people to call. */
export const MOST_CALLED = 50;

/** The people of a group of the directory. */
export type MembersOf = (group: string) => readonly string[];

/** The stages that an answer would fill now. */
export function openStages({ status, approval }: RequestRecord): readonly Stage[] {
  if (status !== 'pending') return [];
  return (approval?.stages ?? []).filter(({ open = true, have, quorum }) => open && have < quorum);
}

/** Whoever must not be called: they asked, a rule keeps them out, or they have answered. */
export function uncalled(record: RequestRecord): readonly string[] {
  const kept = barred(record, record.approval ?? {}).map(({ name }) => name);
  const heard = record.votes.filter(({ counted }) => counted).flatMap(({ by }) => [by.user, by.id]);
  return [...kept, ...heard];
}

/** The people of stages by the names that policy or the directory has for them; each once, in policy's order. */
export function peopleOf(record: RequestRecord, stages: readonly Stage[], membersOf: MembersOf): readonly string[] {
  const not = new Set(uncalled(record).map(folded));
  const named = stages
    .flatMap(({ approvers }) => approvers)
    .flatMap(({ type, id }) => (type === 'user' ? [id] : type === 'group' ? membersOf(id) : []));
  return [...new Set(named)].filter(person => !not.has(folded(person)));
}

/** Whether the people who are awaited are mentioned where everybody reads it; otherwise each is told alone. */
export function areMentioned(record: RequestRecord, membersOf: MembersOf): boolean {
  return callsMembers(record) && peopleOf(record, openStages(record), membersOf).length <= MOST_MENTIONED;
}

export function callsMembers({ approval }: RequestRecord): boolean {
  return (approval?.notify ?? 'members') === 'members';
}

/** Tells each person alone, where they are too many to be mentioned; only those who were not called `before`. */
export function callsTo(record: RequestRecord, membersOf: MembersOf, before?: RequestRecord): readonly Effect[] {
  if (areMentioned(record, membersOf) || !callsMembers(record)) return [];
  const people = newlyCalled(record, membersOf, before);
  return people.length > MOST_CALLED ? [] : people.map((person): Effect => ({ kind: 'call', person }));
}

/** Who is awaited and was not before. */
export function newlyCalled(record: RequestRecord, membersOf: MembersOf, before?: RequestRecord): readonly string[] {
  const known = new Set(before === undefined ? [] : peopleOf(before, openStages(before), membersOf));
  return peopleOf(record, openStages(record), membersOf).filter(person => !known.has(person));
}

/** Whether stages wait now that nobody could answer for before. */
export function hasOpened(record: RequestRecord, before: RequestRecord): boolean {
  const known = new Set(openStages(before).map(({ id }) => id));
  return openStages(record).some(({ id }) => !known.has(id));
}
