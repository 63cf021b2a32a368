// Reading what people wrote: a form and a value, and every fault told at its place, with the remedy.
import { z } from 'zod';
import { durationMs } from '../../domain/duration.ts';

/** Says what is wrong at a place; always `undefined`, so that whoever complains can return it. */
export type Complain = (path: readonly PropertyKey[], words: string) => undefined;

export function read<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: readonly PropertyKey[],
  complain: Complain,
): z.infer<T> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const [where, words] of parsed.error.issues.flatMap(faultsOf)) complain([...path, ...where], words);
  return undefined;
}

/** As people who write YAML call them. */
const FORMS: { readonly [expected: string]: string } = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text',
};

/** Within a choice the branch that says more than "wrong". */
function faultsOf(issue: z.core.$ZodIssue): [readonly PropertyKey[], string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => [[...issue.path, key], 'is not a known member; correct its name or drop it.']);
  }
  if (issue.code === 'invalid_type') {
    const fault = issue.message.endsWith('received undefined') ? 'is missing' : 'is of the wrong type';
    return [[issue.path, `${fault}; write ${FORMS[issue.expected] ?? `a ${issue.expected}`}.`]];
  }
  const branches = issue.code === 'invalid_union' ? issue.errors.flat().filter(({ path }) => path.length > 0) : [];
  if (branches.length === 0) return [[issue.path, `${issue.message.replace(/^Invalid/, 'is invalid')}.`]];
  return branches.flatMap(found => faultsOf({ ...found, path: [...issue.path, ...found.path] }));
}

const text = z.string();

export const duration = text
  .refine(words => durationMs(words) !== undefined, { error: 'is not a duration; write 20m or 1h' })
  .transform(words => durationMs(words) ?? 0);

export const moment = z.iso
  .datetime({ offset: true, error: 'is not a moment; write "2026-11-24T10:00:00Z"' })
  .transform(words => Date.parse(words));

export const changes = z.record(text, z.unknown(), { error: 'is not an object; write the members that differ' });

const groupsAlone = z.array(text).transform(groups => ({ groups, roles: [] as string[] }));
const facts = z.union(
  [groupsAlone, z.strictObject({ groups: z.array(text).default([]), roles: z.array(text).default([]) })],
  {
    error: 'is neither a list of groups nor { groups: […], roles: […] }',
  },
);

/** Groups of each person, and roles where they matter. */
export const listedPeople = z.record(text, facts, { error: 'is not a list of people; write bob: [finance]' });

/** The same in the middle of a story: `bob: null` is somebody whom the directory knows no more. */
export const changedPeople = z.record(text, facts.nullable(), {
  error: 'is not a list of people; write bob: [finance], or bob: null where nobody knows bob any more',
});
