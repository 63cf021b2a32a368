// A scenario file as people write it (YAML or JSON): parsed strictly, every fault told with its file and line.
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { durationMs } from '../domain/duration.ts';
import { parseSubmission, type Submission } from '../domain/submission.ts';
import { readAnswer } from './ballot.ts';
import type { Answer } from './rehearse.ts';

const OUTCOMES = ['allow', 'deny', 'require_approval', 'error'] as const;
const STATUSES = ['pending', 'approved', 'denied', 'expired', 'cancelled', 'failed'] as const;
const texts = z.union([z.string(), z.array(z.string())]).transform(text => (Array.isArray(text) ? text : [text]));

const expectSchema = z.strictObject({
  outcome: z.enum(OUTCOMES).optional(),
  status: z.enum(STATUSES).optional(),
  resolved_by: z.enum(['policy', 'people', 'clock', 'requester', 'system']).optional(),
  /** Codes that must be among policy's reasons. */
  code: texts.optional(),
  /** Rules that must be among them. */
  rule: texts.optional(),
  /** The stages that must approve, by id; in any order. */
  stages: texts.optional(),
  /** Everybody who may answer, as `group finance`, `user carol`, in any order. */
  approvers: texts.optional(),
  /** `1 of 2` for the only stage, or one for each stage by id. */
  have: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  obligations: texts.optional(),
  channel: z.string().optional(),
  severity: z.string().optional(),
  expires_in: z.string().optional(),
});
const VERDICT = { counted: z.boolean().optional(), verdict: z.string().optional() };

/** A single word is enough: `expect: approved`, `expect: deny`. */
function orWord<T extends z.ZodType>(schema: T) {
  const widen = (value: unknown) => {
    if (OUTCOMES.includes(value as never)) return { outcome: value };
    return STATUSES.includes(value as never) ? { status: value } : value;
  };
  return z.preprocess(widen, schema);
}

const duration = z
  .string()
  .refine(text => durationMs(text) !== undefined, { error: 'is not a duration; write 20m or 1h' });
const moreSchema = z.strictObject({
  reason: z.string().optional(),
  surface: z.enum(['slack', 'cli', 'api']).optional(),
  kind: z.enum(['member', 'guest', 'bot', 'deleted', 'external', 'stranger']).optional(),
  groups: z.array(z.string()).optional(),
  after: duration.optional(),
  expect: orWord(expectSchema.extend(VERDICT)).optional(),
});
const voteSchema = z.union([z.string(), z.record(z.string(), z.union([z.string(), moreSchema]))], {
  error: 'is not a vote; write "bob approves", "carol denies: not now", or bob approves: { after: 20m, expect: … }',
});
const peopleSchema = z.union([z.string(), z.record(z.string(), z.array(z.string()))], {
  error: 'is neither the path of a people file nor a list of groups for each person; write bob: [finance]',
});
const shared = {
  service: z.string().min(1).optional(),
  now: z.iso.datetime({ offset: true, error: 'is not a moment; write "2026-11-24T10:00:00Z"' }).optional(),
  people: peopleSchema.optional(),
  agents: z.record(z.string(), z.string()).optional(),
  request: z.record(z.string(), z.unknown()).optional(),
};
const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  ...shared,
  votes: z.array(voteSchema).optional(),
  expect: orWord(expectSchema),
});
const fileSchema = z.strictObject({ ...shared, scenarios: z.array(scenarioSchema).min(1) });

export type Expected = z.infer<typeof expectSchema>;
export type ExpectedOfVote = Expected & {
  readonly counted?: boolean | undefined;
  readonly verdict?: string | undefined;
};
export type Scenario = {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly service: string;
  readonly now: number;
  /** A people file's path as written, or the groups of each person. */
  readonly people: string | { readonly [person: string]: readonly string[] };
  readonly agents: { readonly [agent: string]: string };
  readonly submission: Submission;
  readonly votes: readonly { readonly answer: Answer; readonly expect?: ExpectedOfVote }[];
  readonly expect: Expected;
};

export type ParsedScenarios =
  | { readonly ok: true; readonly scenarios: readonly Scenario[] }
  /** Each as `file:line: what is wrong`. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** A Tuesday morning: what scenarios say of time is the same every day. */
const USUAL_NOW = '2026-11-24T10:00:00Z';

export function parseScenarios(text: string, file: string): ParsedScenarios {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map(({ message, pos }) => `${file}:${lines.linePos(pos[0]).line}: ${firstLine(message)}`),
    };
  }
  const faults: string[] = [];
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length) as (string | number)[], true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const fault = (path: readonly PropertyKey[], words: string) =>
    faults.push(`${file}:${lineOf(path)}: ${path.map(String).join('.') || 'the file'} ${words}`);
  if (!isMap(document.contents))
    return { ok: false, faults: [`${file}:1: the file is no list of scenarios; ${START}`] };

  const parsed = fileSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    for (const issue of parsed.error.issues.flatMap(inner)) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys)
          fault([...issue.path, key], 'is not a known member; correct its name or drop it.');
      } else fault(issue.path, `${issue.message.replace(/^Invalid/, 'is invalid')}.`);
    }
    return { ok: false, faults };
  }
  const { scenarios: written, ...common } = parsed.data;
  const scenarios = written.map((scenario, i): Scenario => {
    const at = ['scenarios', i];
    const request = merged(common.request ?? {}, scenario.request ?? {});
    const submission = parseSubmission(request);
    if (!submission.ok)
      for (const { pointer, message } of submission.faults)
        fault([...at, 'request', ...pointer.split('/').slice(1)], message);
    let afterMs = 0;
    const votes = (scenario.votes ?? []).map((vote, v) => {
      const [sentence, more] = typeof vote === 'string' ? [vote, {}] : single(vote);
      const details = typeof more === 'string' ? { reason: more } : more;
      const answer = readAnswer(sentence);
      if (answer === undefined)
        fault([...at, 'votes', v], 'is not a vote; write "bob approves" or "carol denies: not now".');
      afterMs = details.after === undefined ? afterMs + 60_000 : (durationMs(details.after) ?? 0);
      const reason = details.reason ?? answer?.reason;
      return {
        answer: {
          by: answer?.by ?? '',
          vote: answer?.vote ?? 'deny',
          ...(reason === undefined ? {} : { reason }),
          surface: details.surface ?? 'slack',
          kind: details.kind ?? 'member',
          groups: details.groups ?? [],
          afterMs,
        },
        ...(details.expect === undefined ? {} : { expect: details.expect }),
      };
    });
    return {
      name: scenario.name,
      file,
      line: lineOf(at),
      service: scenario.service ?? common.service ?? 'deployer',
      now: Date.parse(scenario.now ?? common.now ?? USUAL_NOW),
      people: scenario.people ?? common.people ?? {},
      agents: { ...common.agents, ...scenario.agents },
      submission: submission.ok ? submission.submission : (request as unknown as Submission),
      votes,
      expect: scenario.expect,
    };
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scenarios };
}

const START = 'begin with "scenarios:".';

/** A vote with details is one member: its sentence, and the reason or the rest. */
function single<T>(vote: { readonly [sentence: string]: T }): [string, T | Record<string, never>] {
  const entries = Object.entries(vote);
  return entries.length === 1 && entries[0] !== undefined ? entries[0] : ['', {}];
}

/** The fault within a choice, where one branch says more than "wrong". */
function inner(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const deepest = issue.errors.flat().filter(({ path }) => path.length > 0);
  return deepest.length === 0
    ? [issue]
    : deepest.flatMap(found => inner({ ...found, path: [...issue.path, ...found.path] }));
}

/** Members of the second win; objects are merged, everything else is replaced; `null` takes a default away. */
function merged(base: Members, over: Members): Members {
  const both: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = both[key];
    if (value === null) delete both[key];
    else both[key] = isMembers(before) && isMembers(value) ? merged(before, value) : value;
  }
  return both;
}

type Members = { readonly [key: string]: unknown };

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
