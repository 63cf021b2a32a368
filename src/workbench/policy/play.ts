// Plays scenario files against a policy, and says for each scenario how it ended.
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { compared, type Row } from '../rehearsal/compare.ts';
import { type Performance, rehearse, type World } from '../rehearsal/rehearse.ts';
import { parseScenarios, type Scenario } from '../rehearsal/scenario.ts';
import { Unusable } from '../unusable.ts';
import { castOf } from './cast.ts';

export type Finding = {
  readonly scenario: Scenario;
  readonly performance: Performance;
  readonly rows: readonly Row[];
  readonly isPassed: boolean;
};

/** The scenarios at a path: one file, or every YAML and JSON file of a folder. Throws with all faults of all files. */
export async function readScenarios(path: string): Promise<readonly Scenario[]> {
  if (!existsSync(path)) throw new Unusable(`There are no scenarios at ${path}. Name a file or a folder.`);
  const files = (await stat(path)).isDirectory()
    ? (await readdir(path))
        .filter(name => /\.(?:ya?ml|json)$/.test(name))
        .sort()
        .map(name => join(path, name))
    : [path];
  const parsed = await Promise.all(files.map(async file => parseScenarios(await readFile(file, 'utf8'), file)));
  const faults = parsed.flatMap(found => (found.ok ? [] : found.faults));
  if (faults.length > 0) throw new Unusable(`Scenarios cannot be read:\n${faults.join('\n')}`);
  return parsed.flatMap(found => (found.ok ? found.scenarios : []));
}

export async function playScenario({ policyWith }: Pick<World, 'policyWith'>, scenario: Scenario): Promise<Finding> {
  const { people, agents, service, submission, now, data, story, file, emergencies } = scenario;
  const listed = typeof people === 'string' ? { file: resolve(dirname(file), people) } : { people: people ?? {} };
  const directoryWith = await castOf({ ...listed, agents, isAnybody: people === undefined });
  const steps = story.map(({ step }) => step);
  const plan = {
    service: { id: service, auth: 'api_key' },
    submission,
    now,
    data,
    steps,
    glassBefore: emergencies,
  } as const;
  const performance = await rehearse({ policyWith, directoryWith }, plan);
  const rows = compared(scenario, performance);
  return { scenario, performance, rows, isPassed: rows.every(({ isMet }) => isMet) };
}

/** The rules that policy's answers named in the course of it. */
export function rulesNamed({ asked, scenes }: Performance): readonly string[] {
  return [asked, ...scenes].flatMap(({ record: { decision } }) =>
    [...(decision?.reasons ?? []), ...(decision?.approval?.waivers ?? [])].flatMap(({ rule }) => rule ?? []),
  );
}
