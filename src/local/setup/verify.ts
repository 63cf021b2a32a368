// `npm test` and `npm run check`: the checks, then the tests, then one last line with the counts.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runChecks } from './checks.ts';
import { guard } from './guard.mjs';
import { findLeftovers } from './leftovers.ts';
import { ensureOpa } from './opa.ts';
import { explain } from './say.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const CHECKS_ONLY = '--checks-only';
const COUNTS = '--reporter=./test/support/count-reporter.ts';

type Counts = { passed: number; failed: number; skipped: number };

async function verify(args: readonly string[]): Promise<Counts> {
  const faults = await runChecks(ROOT);
  for (const fault of faults) process.stdout.write(`\n${fault}\n`);
  if (faults.length > 0 || args.includes(CHECKS_ONLY)) return { passed: 0, failed: faults.length, skipped: 0 };
  return runTests(args);
}

async function runTests(args: readonly string[]): Promise<Counts> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
  const countsFile = join(dir, 'counts.json');
  const run = randomUUID();
  try {
    const code = await runVitest(args, {
      COUNTERSIGN_COUNTS: countsFile,
      COUNTERSIGN_TEST_RUN: run,
      COUNTERSIGN_OPA: await ensureOpa(),
    });
    const counts = readCounts(countsFile);
    const leftovers = await findLeftovers(`COUNTERSIGN_TEST_RUN=${run}`);
    for (const { pid, command } of leftovers) {
      process.stdout.write(`A test left a process behind: ${command} (${pid}). Stop it where it was started.\n`);
      process.kill(pid, 'SIGKILL');
    }
    counts.failed += leftovers.length;
    if (code !== 0 && counts.failed === 0) counts.failed = 1; // it broke outside of any test, and said how above
    return counts;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runVitest(args: readonly string[], marks: NodeJS.ProcessEnv): Promise<number> {
  // A reporter that is asked for takes the place of all that are configured, and we count by one of those.
  const counting = args.some(word => word.startsWith('--reporter')) ? [COUNTS] : [];
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args, ...counting], {
    cwd: ROOT,
    env: { ...process.env, ...marks },
    stdio: 'inherit',
  });
  const release = child.pid === undefined ? () => {} : guard(child.pid, { signal: 'TERM' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = await once(child, 'exit');
  process.off('SIGINT', forward).off('SIGTERM', forward);
  release();
  return typeof code === 'number' ? code : 1;
}

function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // it ended before it could count
  }
}

const args = process.argv.slice(2);
try {
  const { passed, failed, skipped } = await verify(args);
  process.exitCode = failed > 0 ? 1 : 0;
  if (!args.includes(CHECKS_ONLY)) {
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
} catch (error) {
  explain(error);
  process.exitCode = 1;
  if (!args.includes(CHECKS_ONLY)) process.stdout.write('\n0 passed, 1 failed\n');
}
