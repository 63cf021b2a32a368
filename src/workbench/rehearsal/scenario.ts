// A scenario file as people write it (YAML or JSON): parsed strictly, every fault told with its file and line.
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { JsonObject } from '../../domain/canonical.ts';
import { timestamp } from '../../domain/record.ts';
import type { Submission } from '../../domain/submission.ts';
import { parseSubmission } from '../../domain/submission-schema.ts';
import { type Expected, expectedAtEnd } from './expected.ts';
import { laidOver } from './overlay.ts';
import { type Complain, changes, listedPeople, moment, read } from './reading.ts';
import { type Line, readLine } from './sentence.ts';
import { type Clock, clockAfter, momentOf, type PersonFacts } from './step.ts';

const shared = {
  service: z.string().min(1).optional(),
  now: moment.optional(),
  emergencies: z.int().nonnegative().optional(),
  people: z
    .union([z.string(), listedPeople], {
      error: 'is neither the path of a people file nor a list of groups for each person; write bob: [finance]',
    })
    .optional(),
  agents: z.record(z.string(), z.string()).optional(),
  request: changes.optional(),
  /** Laid over the policies' own data. */
  data: changes.optional(),
};
const lines = z.array(z.unknown()).optional();
const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  ...shared,
  /** What happens, in order; `votes` is the name for a story of nothing but answers. */
  story: lines,
  votes: lines,
  expect: expectedAtEnd.optional(),
});
const fileSchema = z.strictObject({ ...shared, scenarios: z.array(scenarioSchema).min(1) });

type Shared = Omit<z.infer<typeof fileSchema>, 'scenarios'>;
type Written = z.infer<typeof scenarioSchema>;

/** A people file's path as written, the facts of each person, or nothing: everybody is then taken to exist. */
export type People = string | { readonly [person: string]: PersonFacts } | undefined;

export type Scenario = {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How often the service broke glass just before. */
  readonly emergencies: number;
  readonly people: People;
  readonly agents: { readonly [agent: string]: string };
  /** Laid over the policies' data, one after the other. */
  readonly data: readonly JsonObject[];
  readonly submission: Submission;
  readonly story: readonly Line[];
  readonly expect: Expected;
};

export type ParsedScenarios =
  | { readonly ok: true; readonly scenarios: readonly Scenario[] }
  /** Each as `file:line: what is wrong`. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** A Tuesday morning: what scenarios say of time is the same every day. */
const USUAL_NOW = Date.parse('2026-11-24T10:00:00Z');

export function parseScenarios(text: string, file: string): ParsedScenarios {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ code, message, pos }) => {
      const remedy = code === 'MULTILINE_IMPLICIT_KEY' ? ' End the line above this one with ":".' : '';
      return `${file}:${lineCounter.linePos(pos[0]).line}: ${message.split('\n')[0]}${remedy}`;
    });
    return { ok: false, faults };
  }
  if (!isMap(document.contents)) {
    return { ok: false, faults: [`${file}:1: the file is not a list of scenarios; begin with "scenarios:".`] };
  }
  const faults: string[] = [];
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length) as (string | number)[], true);
      if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
    }
    return 1;
  };
  const complain: Complain = (path, words) => {
    faults.push(`${file}:${lineOf(path)}: ${path.map(String).join('.') || 'the file'} ${words}`);
    return undefined;
  };
  const whole = read(fileSchema, document.toJS({ maxAliasCount: 100 }), [], complain);
  const { scenarios: written = [], ...common } = whole ?? {};
  const scenarios = written.map((one, i) => {
    const path = ['scenarios', i];
    return { ...scenarioOf(common, one, path, complain), file, line: lineOf(path) };
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scenarios };
}

function scenarioOf(
  common: Shared,
  scenario: Written,
  path: readonly PropertyKey[],
  complain: Complain,
): Omit<Scenario, 'file' | 'line'> {
  const request = laidOver(objectOf(common.request), objectOf(scenario.request));
  const changed = (changes: JsonObject, where: readonly PropertyKey[]) => {
    const whole = laidOver(request, changes);
    const parsed = parseSubmission(whole);
    if (parsed.ok) return parsed.submission;
    for (const { pointer, message } of parsed.faults) complain([...where, ...pointer.split('/').slice(1)], message);
    return whole as unknown as Submission;
  };
  if (scenario.story !== undefined && scenario.votes !== undefined) {
    complain([...path, 'votes'], 'and story are two names of one thing; keep the story.');
  }
  const told = scenario.story === undefined ? 'votes' : 'story';
  const startedAt = scenario.now ?? common.now ?? USUAL_NOW;
  let clock: Clock = { startedAt, now: startedAt, actedAt: startedAt };
  const story = (scenario[told] ?? []).flatMap((line, n) => {
    const at = [...path, told, n];
    const found = readLine(
      line,
      (below, words) => complain([...at, ...below], words),
      (changes, below) => changed(changes, [...at, ...below]),
    );
    if (found === undefined) return [];
    const past = momentOf(found.step, clock) < clock.now;
    if (past) complain(at, `is before ${timestamp(clock.now)}, when the line above happens; tell it in order.`);
    clock = clockAfter(found.step, clock);
    return found;
  });
  if (scenario.expect === undefined && story.every(({ expect }) => expect === undefined)) {
    complain(path, 'expects nothing; write for example "expect: approved".');
  }
  return {
    name: scenario.name,
    service: scenario.service ?? common.service ?? 'deployer',
    now: startedAt,
    emergencies: scenario.emergencies ?? common.emergencies ?? 0,
    people: scenario.people ?? common.people,
    agents: { ...common.agents, ...scenario.agents },
    data: [common.data, scenario.data].filter(data => data !== undefined).map(objectOf),
    submission: changed({}, [...path, 'request']),
    story,
    expect: scenario.expect ?? {},
  };
}

/** What YAML says is JSON: no other value can be in it. */
function objectOf(value: { readonly [key: string]: unknown } = {}): JsonObject {
  return value as JsonObject;
}
