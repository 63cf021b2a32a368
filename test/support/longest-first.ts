// The order in which the test files begin: those that take longest first, so that no process works alone at the end.
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** As measured on two cores, longest first; the rest takes seconds each. A file that is not here begins later, no more. */
export const LONGEST: readonly string[] = [
  'test/e2e/rolling-upgrade.test.ts',
  'test/e2e/flood.test.ts',
  'test/policies/gates.test.ts',
  'test/cli/requesting.test.ts',
  'test/e2e/ending.test.ts',
  'test/cli/answering.test.ts',
  'test/adapters/bullmq/effects.test.ts',
  'test/cli/installation.test.ts',
  'test/bench/main.test.ts',
  'test/local/setup/build.test.ts',
  'test/workbench/replay/replay.test.ts',
  'test/e2e/directory-outage.test.ts',
  'test/local/slack/page.test.ts',
  'test/e2e/slack-outages.test.ts',
  'test/e2e/clockwork.test.ts',
  'test/cli/policy-build.test.ts',
  'test/attack/clicks.test.ts',
  'test/e2e/votes.test.ts',
  'test/e2e/standing.test.ts',
  'test/client/http.test.ts',
  'test/cli/policy-replay.test.ts',
  'test/cli/workspace.test.ts',
  'test/adapters/redis/sweeper.test.ts',
  'test/cli/policy-scenarios.test.ts',
  'test/e2e/opa-outages.test.ts',
  'test/local/slack/bolt.test.ts',
  'test/e2e/staffing.test.ts',
  'test/e2e/outages.test.ts',
  'test/local/demo/demo.test.ts',
];

const ranks = new Map(LONGEST.map((file, rank) => [file, rank]));

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rankOf = ({ moduleId }: TestSpecification) => ranks.get(relative(root, moduleId)) ?? ranks.size;
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
