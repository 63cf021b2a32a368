// Closes a test run with one plain line that people and scripts can read: `N passed, N failed`.
import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** How many tests came out how; a broken file or a stray error counts as one that failed. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

export function countLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What is read of a test file's outcome. */
export type Counted = {
  state(): string;
  readonly children: { allTests(): Iterable<{ result(): { readonly state: string } }> };
};

export function count(modules: readonly Counted[], strayErrors: number): Counts {
  const counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}

/** What is read of a test to say whether it passed only when it was run again. */
export type Tried = { readonly fullName: string; diagnostic(): { readonly flaky: boolean } | undefined };

/** A line for each test that failed first and passed then: it counts as passed, and is to be mended. */
export function secondTries(tests: Iterable<Tried>): string[] {
  return [...tests]
    .filter(test => test.diagnostic()?.flaky === true)
    .map(test => `passed at the second try: ${test.fullName}`);
}

/** With `COUNTERSIGN_COUNTS` set, the counts go to that file, for a runner that has more to say before the last line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const counts = count(modules, strayErrors.length);
    for (const module of modules) {
      for (const line of secondTries(module.children.allTests()))
        process.stdout.write(`${module.relativeModuleId}: ${line}\n`);
    }
    const file = process.env.COUNTERSIGN_COUNTS;
    if (file === undefined) process.stdout.write(`${countLine(counts)}\n`);
    else writeFileSync(file, JSON.stringify(counts));
  }
}
