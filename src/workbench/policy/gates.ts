// The gates before any scenario: format, the strict check, titles, the linter, tests, coverage. Each says what it found.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOnPath, runOpa, runProgram } from '../opa.ts';
import type { Gate } from './gate.ts';
import { type Rules, readRules } from './rules.ts';
import { namesResolved } from './workspace.ts';

export type GateOptions = { readonly folder: string; readonly coverage: number };

/** What fails it is not started either: nothing can be played against it. */
export const STRICT_CHECK = 'strict check';

/** Each as it is done; a failed gate does not spare the next, so that everything is told at once. */
export async function* gates({ folder, coverage }: GateOptions): AsyncGenerator<Gate> {
  const optional = (flag: string, path: string) => (existsSync(join(folder, path)) ? [flag, join(folder, path)] : []);
  const capabilities = optional('--capabilities', 'meta/capabilities.json');
  yield await gate('format', ['fmt', '--fail', '--list', folder], 'Format these: opa fmt --write');
  const check = await gate(STRICT_CHECK, [
    ...['check', '--strict', '--bundle', folder],
    ...optional('--schema', 'meta/input.schema.json'),
    ...capabilities,
  ]);
  yield check;
  if (check.isPassed) yield titled(await readRules(folder)); // what does not compile has no rules to read
  yield await namesResolved(folder);
  yield await linted(folder);
  const tests = await gate('tests', [
    'test',
    '--bundle',
    folder,
    '--fail-on-empty',
    '--timeout',
    '120s',
    ...capabilities,
  ]);
  yield tests;
  if (tests.isPassed) yield await covered(folder, coverage, capabilities);
}

async function gate(name: string, args: readonly string[], remedy = ''): Promise<Gate> {
  const { code, out, err } = await runOpa(args);
  const said = (out + err).trim();
  return { name, isPassed: code === 0, words: code === 0 ? lastLine(said) : [remedy, said].filter(Boolean).join('\n') };
}

/** A code alone tells nobody who reads an answer a year later what the rule was for. */
function titled({ all }: Rules): Gate {
  const untitled = all.filter(({ title }) => title === undefined).map(({ name, place }) => `${place}  ${name}`);
  const remedy = ['Say above each of these what it is for: # METADATA, and below it # title: …', ...untitled];
  const words = untitled.length === 0 ? `${all.length} rules` : remedy.join('\n');
  return { name: 'titles of rules', isPassed: untitled.length === 0, words };
}

/** Every rule that a reason has named is one of these: else nobody finds what spoke. */
export function found(rules: Rules, named: Iterable<string>): Gate {
  const names = [...new Set(named)].sort();
  const unknown = names.filter(name => rules.of(name) === undefined);
  const remedy = [
    'No policy has these rules that reasons name; correct the name, or say # custom: {rule: …}:',
    ...unknown,
  ];
  const words = unknown.length === 0 ? `${names.length} named` : remedy.join('\n');
  return { name: 'rules that reasons name', isPassed: unknown.length === 0, words };
}

/** Regal is a program of its own, and not everybody has it. */
async function linted(folder: string): Promise<Gate> {
  const name = 'lint';
  if (!isOnPath('regal')) {
    const words = 'skipped: regal is not on PATH; get it at https://www.openpolicyagent.org/projects/regal';
    return { name, isPassed: true, isSkipped: true, words };
  }
  const { code, out, err } = await runProgram('regal', ['lint', folder]);
  const said = (out + err).trim();
  return { name, isPassed: code === 0, words: code === 0 ? lastLine(said) : said };
}

async function covered(folder: string, threshold: number, capabilities: readonly string[]): Promise<Gate> {
  const { out } = await runOpa([
    ...['test', '--bundle', folder, '--coverage', '--format', 'json', '--timeout', '240s'],
    ...capabilities,
  ]);
  const report = JSON.parse(out) as { readonly coverage?: number; readonly files?: Files };
  const percent = report.coverage ?? 0;
  const missed = Object.entries(report.files ?? {}).flatMap(([path, { not_covered = [] }]) =>
    path.endsWith('_test.rego') ? [] : not_covered.map(({ start }) => `${path}:${start.row}`),
  );
  const isPassed = percent >= threshold;
  const words = [`${percent} % of ${threshold} %`, ...(isPassed ? [] : ['No test reaches:', ...missed])];
  return { name: 'coverage', isPassed, words: words.join('\n') };
}

type Files = {
  readonly [path: string]: { readonly not_covered?: readonly { readonly start: { readonly row: number } }[] };
};

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}
