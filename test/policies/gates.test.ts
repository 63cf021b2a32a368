// The gates a policy passes before it is shipped: format, strict check, schema, permitted builtins, coverage, bundle.
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { scratchDir } from '../support/scratch.ts';
import { opa, POLICIES, ROOT } from './opa.ts';

const FORBIDDEN = /^(?:time\.now_ns|http\.send|rand\.|uuid\.|net\.|opa\.runtime)/;
const COVERAGE_PERCENT = 99;
const SLOW_MS = 300_000;

it('policies are formatted', async () => {
  expect(await opa(['fmt', '--fail', '--list', 'policies'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('policies pass the strict check and name no input that is never sent', async () => {
  const said = await opa(['check', '--strict', '-b', 'policies', '--schema', 'policies/meta/input.schema.json']);
  expect(said).toMatchObject({ exitCode: 0, stderr: '' });
});

it('policies use no clock, no chance and no network of their own', async () => {
  const current = JSON.parse((await opa(['capabilities', '--current'])).stdout) as { builtins: { name: string }[] };
  const permitted = {
    ...current,
    builtins: current.builtins.filter(({ name }) => !FORBIDDEN.test(name)),
    allow_net: [],
  };
  expect(permitted.builtins.length).toBeLessThan(current.builtins.length);
  const path = join(scratchDir(), 'capabilities.json');
  await writeFile(path, JSON.stringify(permitted));
  expect(await opa(['check', '--strict', '-b', 'policies', '--capabilities', path])).toMatchObject({ exitCode: 0 });
});

it('every policy file says what it is for and speaks rego.v2', async () => {
  const listed = await opa(['inspect', '-f', 'json', 'policies']);
  expect(listed.exitCode, listed.stderr).toBe(0);
  const files = JSON.parse(listed.stdout).namespaces as Record<string, string[]>;
  const sources = [...new Set(Object.values(files).flat())].filter(path => path.endsWith('.rego'));
  const seed = join('policies', 'approvals/allow.rego');
  expect(sources.length).toBeGreaterThan(10);
  for (const path of sources.filter(path => relative(ROOT, join(ROOT, path)) !== seed)) {
    const text = await readFile(join(ROOT, path), 'utf8');
    expect(text, `${path} lacks \`import rego.v2\``).toContain('\nimport rego.v2\n');
    if (!path.endsWith('_test.rego')) expect(text, `${path} begins without its purpose`).toMatch(/^# /);
  }
});

const rowSchema = z.object({ fail: z.boolean().optional() });
const testsSchema = z.array(
  rowSchema.extend({
    package: z.string(),
    name: z.string(),
    error: z.unknown().optional(),
    sub_results: z.record(z.string(), rowSchema).optional(),
  }),
);

it('every policy test passes, and the failing ones are named here', { timeout: SLOW_MS }, async () => {
  const said = await opa(['test', '-b', 'policies', '-f', 'json', '--timeout', '120s', '--fail-on-empty']);
  const results = testsSchema.parse(JSON.parse(said.stdout === '' ? '[]' : said.stdout));
  const failed = results.filter(result => result.fail === true || result.error !== undefined).flatMap(named);
  expect(failed, said.stderr).toEqual([]);
  expect(said.exitCode).toBe(0);
  expect(results.length).toBeGreaterThan(60);
});

/** The failing rows of a table test, else the test itself. */
function named(result: z.infer<typeof testsSchema>[number]): string[] {
  const rows = Object.entries(result.sub_results ?? {}).filter(([, row]) => row.fail === true);
  const test = `${result.package}.${result.name}`;
  return rows.length === 0 ? [test] : rows.map(([row]) => `${test}: ${row}`);
}

it(`policy tests cover ${COVERAGE_PERCENT} % of all lines and every line of what is shipped`, {
  timeout: SLOW_MS,
}, async () => {
  const said = await opa([
    ...['test', '-b', 'policies', '--coverage', '-f', 'json', '--timeout', '240s'],
    ...['--threshold', String(COVERAGE_PERCENT)],
  ]);
  const report = JSON.parse(said.stdout) as {
    files: Record<string, { not_covered?: { start: { row: number }; end: { row: number } }[] }>;
  };
  const missed = Object.entries(report.files)
    .filter(([path]) => !path.endsWith('_test.rego'))
    .flatMap(([path, { not_covered = [] }]) => not_covered.map(({ start }) => `${path}:${start.row}`));
  expect(missed).toEqual([]);
  expect(said.exitCode, said.stderr).toBe(0);
});

it('policies build into a bundle without their tests, with the decision as its entrypoint', async () => {
  const bundle = join(scratchDir(), 'bundle.tar.gz');
  const built = await opa([
    ...['build', '-b', POLICIES, '-r', 'r1', '-e', 'approvals/main/decision', '--ignore', '*_test.rego', '-o', bundle],
  ]);
  expect(built).toMatchObject({ exitCode: 0, stderr: '' });
  const asked = ['eval', '-b', bundle, '-f', 'json', '--stdin-input', 'data.approvals.main.decision.outcome'];
  const said = await opa(asked, {
    action: 'unheard-of',
    user: { id: 'alice' },
    now: '2026-11-24T10:00:00Z',
    votes: [],
  });
  expect(JSON.parse(said.stdout).result[0].expressions[0].value).toBe('deny');
  const inspected = await opa(['inspect', '-f', 'json', bundle]);
  expect(inspected.stdout).not.toContain('_test');
});
