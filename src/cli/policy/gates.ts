// The gates that OPA itself keeps: format, the strict check, tests, coverage. Each says what it found.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runOpa } from '../opa.ts';

export type Gate = { readonly name: string; readonly isPassed: boolean; readonly words: string };

export type GateOptions = { readonly folder: string; readonly coverage: number };

/** Each as it is done; a failed gate does not spare the next, so that everything is told at once. */
export async function* gates({ folder, coverage }: GateOptions): AsyncGenerator<Gate> {
  const optional = (flag: string, path: string) => (existsSync(join(folder, path)) ? [flag, join(folder, path)] : []);
  const capabilities = optional('--capabilities', 'meta/capabilities.json');
  yield await gate('format', ['fmt', '--fail', '--list', folder], 'Format these: opa fmt --write');
  yield await gate('strict check', [
    ...['check', '--strict', '--bundle', folder],
    ...optional('--schema', 'meta/input.schema.json'),
    ...capabilities,
  ]);
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
