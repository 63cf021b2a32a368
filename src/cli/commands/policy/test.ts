// `countersign policy test`: format, strict check, titles, lint, tests, coverage, and scenarios asked of a real OPA.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Finding } from '../../../workbench/policy/play.ts';
import type { Rules } from '../../../workbench/policy/rules.ts';
import type { Scenario } from '../../../workbench/rehearsal/scenario.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { aligned, painter, plain, say } from '../../screen.ts';

type Options = { readonly scenarios?: string; readonly coverage: string; readonly scenariosOnly?: boolean };

export function addTest(policy: Command, end: (code: number) => void): void {
  policy
    .command('test [folder]')
    .description(
      'check a folder of policies: format, strict check, titles, lint, tests, coverage, and scenarios as production would',
    )
    .option('--scenarios <path>', 'a scenario file or a folder of them (default: scenarios in the folder)')
    .option('--coverage <percent>', 'how much of all lines tests must reach', '90')
    .option('--scenarios-only', "leave OPA's own gates out")
    .action(async (folder: string | undefined, options: Options) =>
      end(await testPolicies(folder ?? 'policies', options)),
    );
}

async function testPolicies(folder: string, options: Options): Promise<number> {
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}. Name the folder of policies.`);
  const coverage = Number(options.coverage);
  if (!(coverage >= 0 && coverage <= 100)) throw new UsageError('--coverage is a percentage; write 90.');
  const beside = join(folder, 'scenarios');
  const path = options.scenarios ?? (existsSync(beside) ? beside : undefined);
  const { readScenarios } = await import('../../../workbench/policy/play.ts');
  const scenarios = path === undefined ? [] : await readScenarios(path);
  if (options.scenariosOnly === true && scenarios.length === 0) {
    throw new UsageError('There are no scenarios to play. Name a file or a folder with --scenarios.');
  }
  let isPassed = true;
  let isSound = true;
  if (options.scenariosOnly !== true) {
    const { gates, STRICT_CHECK } = await import('../../../workbench/policy/gates.ts');
    for await (const gate of gates({ folder, coverage })) {
      isPassed &&= gate.isPassed;
      isSound &&= gate.isPassed || gate.name !== STRICT_CHECK;
      mark(gate.isSkipped === true ? 'skipped' : gate.isPassed, gate.name, gate.words);
    }
  }
  if (!isSound) mark('skipped', 'scenarios', 'skipped: mend what the strict check says first');
  else if (scenarios.length > 0) isPassed = (await playAll(folder, scenarios)) && isPassed;
  return isPassed ? EXIT.ok : EXIT.broken;
}

/** Plays them one after the other, and then looks whether every rule that spoke is one of these policies. */
async function playAll(folder: string, scenarios: readonly Scenario[]): Promise<boolean> {
  const [{ openStage }, { playScenario, rulesNamed }, { readRules }, { found }] = await Promise.all([
    import('../../../workbench/policy/throwaway-opa.ts'),
    import('../../../workbench/policy/play.ts'),
    import('../../../workbench/policy/rules.ts'),
    import('../../../workbench/policy/gates.ts'),
  ]);
  const rules = await readRules(folder);
  const named = new Set<string>();
  const stage = openStage({ policies: folder });
  let isPassed = true;
  try {
    for (const scenario of scenarios) {
      const finding = await playScenario(stage, scenario);
      isPassed &&= finding.isPassed;
      for (const rule of rulesNamed(finding.performance)) named.add(rule);
      await show(finding, rules);
    }
  } finally {
    await stage.close();
  }
  const gate = found(rules, named);
  mark(gate.isPassed, gate.name, gate.words);
  return isPassed && gate.isPassed;
}

async function show(finding: Finding, rules: Rules): Promise<void> {
  const { scenario, performance, rows, isPassed } = finding;
  mark(isPassed, scenario.name, isPassed ? '' : `${scenario.file}:${scenario.line}`);
  if (isPassed) return;
  const { reasonLines, awaitedLines, storyLines } = await import('../../policy/rehearsal-text.ts');
  const { record } = performance;
  const table = rows.map(({ what, expected, actual, isMet }) => [isMet ? '✓' : '✗', what, expected, actual].map(plain));
  for (const line of aligned([['', '', 'expected', 'actual'], ...table], '    ')) say(line);
  for (const line of [
    ...reasonLines(record, rules),
    ...awaitedLines(record),
    ...storyLines(
      scenario.story.map(({ text }) => text),
      performance,
    ),
  ])
    say(`    ${line}`);
}

const SIGNS = { passed: ['✓', 'green'], failed: ['✗', 'red'], skipped: ['–', 'dim'] } as const;

function mark(outcome: boolean | 'skipped', name: string, words: string): void {
  const [glyph, paint] = SIGNS[outcome === 'skipped' ? outcome : outcome ? 'passed' : 'failed'];
  const sign = painter(process.stdout)(glyph, paint);
  const [first = '', ...rest] = words.replaceAll('\t', '  ').split('\n').map(plain);
  say(`${sign} ${plain(name)}${first === '' ? '' : `  ${first}`}`);
  for (const line of rest) say(`    ${line}`);
}
