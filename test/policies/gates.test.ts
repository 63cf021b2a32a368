// The gates a policy passes before it is shipped: format, strict check, schema, permitted builtins, coverage, bundle.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { scratchDir } from '../support/scratch.ts';
import { opa, POLICIES, ROOT } from './opa.ts';

const FORBIDDEN = /^(?:time\.now_ns|http\.send|rand\.|uuid\.|net\.|opa\.runtime)/;
const CAPABILITIES = 'policies/meta/capabilities.json';
/** What every answer goes through: all of it is tested. */
const PLATFORM = ['emergency', 'main', 'plan', 'request', 'route', 'standing', 'tally'];
const COVERAGE_PERCENT = 95;
const SLOW_MS = 300_000;

it('policies are formatted', async () => {
  expect(await opa(['fmt', '--fail', '--list', 'policies'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('policies pass the strict check and name no input that is never sent', async () => {
  const said = await opa(['check', '--strict', '-b', 'policies', '--schema', 'policies/meta/input.schema.json']);
  expect(said).toMatchObject({ exitCode: 0, stderr: '' });
});

it('policies use no clock, no chance and no network of their own', async () => {
  const permitted = ['check', '--strict', '-b', 'policies', '--capabilities', CAPABILITIES];
  expect(await opa(permitted)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('what policies may use is all that this OPA has but clock, chance, network and runtime', async () => {
  type Capabilities = { builtins: { name: string }[]; allow_net?: string[] };
  const current = JSON.parse((await opa(['capabilities', '--current'])).stdout) as Capabilities;
  const permitted = JSON.parse(await readFile(join(ROOT, CAPABILITIES), 'utf8')) as Capabilities;
  const expected = current.builtins.filter(({ name }) => !FORBIDDEN.test(name));
  expect(expected.length).toBeLessThan(current.builtins.length);
  expect(permitted).toEqual({ ...current, builtins: expected, allow_net: [] });
});

it('a policy that reads the clock does not pass', async () => {
  const copy = join(scratchDir(), 'policies');
  await cp(POLICIES, copy, { recursive: true });
  const clock = 'package approvals.guardrails.clock\n\nimport rego.v2\n\ndeny contains "late" if time.now_ns() > 0\n';
  await mkdir(join(copy, 'approvals/guardrails/clock'));
  await writeFile(join(copy, 'approvals/guardrails/clock/clock.rego'), clock);
  const said = await opa(['check', '--strict', '-b', copy, '--capabilities', CAPABILITIES]);
  expect(said).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('time.now_ns') });
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

/** Every policy test, once for what passes and for what is covered: with coverage OPA does not say which failed. */
let tested: ReturnType<typeof opa> | undefined;
function allTested(): ReturnType<typeof opa> {
  tested ??= opa(['test', '-b', 'policies', '--coverage', '-f', 'json', '--timeout', '240s', '--fail-on-empty']);
  return tested;
}

it('every policy test passes, and the failing ones are named here', { timeout: SLOW_MS }, async () => {
  if ((await allTested()).exitCode === 0) return;
  const said = await opa(['test', '-b', 'policies', '-f', 'json', '--timeout', '240s']);
  const results = testsSchema.parse(JSON.parse(said.stdout === '' ? '[]' : said.stdout));
  const failed = results.filter(result => result.fail === true || result.error !== undefined).flatMap(named);
  expect(failed, said.stderr).toEqual([]);
  expect.fail((await allTested()).stderr);
});

/** The failing rows of a table test, else the test itself. */
function named(result: z.infer<typeof testsSchema>[number]): string[] {
  const rows = Object.entries(result.sub_results ?? {}).filter(([, row]) => row.fail === true);
  const test = `${result.package}.${result.name}`;
  return rows.length === 0 ? [test] : rows.map(([row]) => `${test}: ${row}`);
}

it(`policy tests cover ${COVERAGE_PERCENT} % of what is shipped, and every line of the platform`, {
  timeout: SLOW_MS,
}, async () => {
  const report = coverageSchema.parse(JSON.parse((await allTested()).stdout));
  // OPA lists each file of a bundle a second time, under another path and with nothing in it.
  const listed = Object.entries(report.files).filter(([, file]) => file.covered.length + file.not_covered.length > 0);
  const shipped = listed.filter(([path]) => !path.endsWith('_test.rego'));
  const platform = shipped.filter(([path]) => PLATFORM.some(folder => path.includes(`/approvals/${folder}/`)));
  for (const folder of PLATFORM) expect(shipped.some(([path]) => path.includes(`/approvals/${folder}/`))).toBe(true);
  for (const [path, { not_covered }] of platform) {
    expect({ path, missed: not_covered.map(({ start }) => start.row) }).toEqual({ path, missed: [] });
  }
  const linesOf = (which: 'covered' | 'not_covered') =>
    shipped.reduce((sum, [, file]) => sum + new Set(file[which].map(({ start }) => start.row)).size, 0);
  const covered = linesOf('covered');
  expect((100 * covered) / (covered + linesOf('not_covered'))).toBeGreaterThanOrEqual(COVERAGE_PERCENT);
});

const ranges = z.array(z.object({ start: z.object({ row: z.number() }) })).default([]);
const coveredSchema = z.object({ covered: ranges, not_covered: ranges });
const coverageSchema = z.object({ files: z.record(z.string(), coveredSchema) });

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
