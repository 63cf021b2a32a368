// What must hold before any test is worth running: types, style, and policies that parse, are tidy and type-check.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureOpa } from './opa.ts';
import { run } from './programs.ts';
import { setupFailure, step } from './say.mjs';

type Check = { readonly label: string; readonly remedy: string; readonly work: () => Promise<unknown> };

/** Runs all checks side by side and gives one message for each that failed. */
export async function runChecks(root: string): Promise<readonly string[]> {
  const opa = ensureOpa(); // asked for once, and first: it may have to be compiled
  opa.catch(() => {}); // told by the check that awaits it
  const checks = [
    {
      label: 'types (tsc)',
      remedy: 'Mend the types it names.',
      work: () => runBin(root, 'tsc', '-p', '.', '--pretty', 'false'),
    },
    {
      label: 'style (biome)',
      remedy: 'Run `npm run fix`, then mend by hand what it leaves.',
      work: () => runBin(root, 'biome', 'ci', '--colors=off'),
    },
    {
      label: 'policies (opa fmt, opa check --strict)',
      remedy: 'Mend the policies it names; `opa fmt --write policies` tidies them.',
      work: async () => checkPolicies(root, await opa),
    },
  ];
  return (await Promise.all(checks.map(runCheck))).flat();
}

async function runCheck({ label, remedy, work }: Check): Promise<readonly string[]> {
  try {
    await step(label, work);
    return [];
  } catch (error) {
    return [`${error instanceof Error ? error.message : String(error)}\n${remedy}`];
  }
}

async function checkPolicies(root: string, opa: string): Promise<void> {
  if (!existsSync(join(root, 'policies'))) {
    throw setupFailure('policies_missing', 'There is no policies/ here: get it back from version control.');
  }
  await run(opa, ['fmt', '--fail', '--list', 'policies'], { cwd: root });
  await run(opa, ['check', '--strict', '-b', 'policies'], { cwd: root });
}

function runBin(root: string, tool: string, ...args: string[]): Promise<string> {
  return run(process.execPath, [join(root, 'node_modules/.bin', tool), ...args], { cwd: root });
}
