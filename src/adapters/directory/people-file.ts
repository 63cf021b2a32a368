// The people file as people write it (JSON or YAML), and everything that is wrong with it, told at once.
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { present } from '../../domain/present.ts';
import type { WorkloadRule } from '../../domain/workload.ts';
import { rulesOf, workloadSchema } from './workloads.ts';

const name = z.string().normalize('NFC').trim().min(1);

const personSchema = z.strictObject({
  id: name,
  slack: z
    .array(
      z.string().regex(/^[TE][A-Z0-9]+:[UW][A-Z0-9]+$/, { error: 'is not a team and a user id such as "T0123:U0456"' }),
    )
    .optional(),
  groups: z.array(name).optional(),
  roles: z.array(name).optional(),
  email: z.email({ error: 'is not an e-mail address' }).optional(),
  names: z.array(name).optional(),
});

const agentSchema = z.strictObject({ id: name, owner: name });

const fileSchema = z.strictObject({
  people: z.array(personSchema),
  agents: z.array(agentSchema).optional(),
  workloads: z.array(workloadSchema).optional(),
});

export type People = {
  readonly people: readonly Person[];
  readonly agents: readonly { readonly id: string; readonly owner: string }[];
  readonly workloads: readonly WorkloadRule[];
};
export type Person = {
  readonly id: string;
  readonly slack: readonly string[];
  readonly email?: string;
  /** Further names of theirs: logins, former addresses. They make nobody an approver. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
};

/** Reads the file's text. Throws one failure that names every fault. */
export function parsePeople(text: string): People {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0, uniqueKeys: true });
  } catch (error) {
    throw unreadable(['it is neither JSON nor YAML'], error);
  }
  const parsed = fileSchema.safeParse(document);
  if (!parsed.success) throw unreadable(parsed.error.issues.map(faultOf));
  const { people, agents = [], workloads = [] } = parsed.data;
  const faults = [...contradictions(people, agents)];
  if (faults.length > 0) throw unreadable(faults);
  return {
    people: people.map(({ id, slack = [], names = [], groups = [], roles = [], email }) => ({
      id,
      slack,
      names,
      groups,
      roles,
      ...present({ email }),
    })),
    agents,
    workloads: rulesOf(workloads),
  };
}

function* contradictions(
  people: readonly { readonly id: string }[],
  agents: readonly { readonly id: string; readonly owner: string }[],
): Generator<string> {
  const ids = new Set<string>();
  for (const { id } of people) {
    if (ids.has(id)) yield `people: "${id}" is there twice; make it one entry`;
    ids.add(id);
  }
  const agentIds = new Set<string>();
  for (const { id, owner } of agents) {
    if (agentIds.has(id)) yield `agents: "${id}" is there twice; give it one owner`;
    if (ids.has(id)) yield `agents: "${id}" is a person as well; give the agent an id of its own`;
    if (!ids.has(owner)) yield `agents: the owner of "${id}" is "${owner}", who is not among the people; add them`;
    agentIds.add(id);
  }
}

function faultOf(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys')
    return `${where}: unknown member ${issue.keys.map(key => `"${key}"`).join(', ')}`;
  return `${where}: ${issue.message}`;
}

function unreadable(faults: readonly string[], cause?: unknown): Failure {
  const message = `The people file cannot be used: ${faults.join('; ')}. Correct it as the example in .env.example shows.`;
  return new Failure('people_file_invalid', message, { isTransient: false, ...present({ cause }) });
}
