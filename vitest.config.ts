// How the tests run: files side by side in processes that several share, with one Redis and one OPA for all of them.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// Node compiles what it runs as it is, once: the same modules again in each process took longer than many a test.
if (!process.argv.some(word => word.startsWith('--coverage'))) {
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    pool: 'forks',
    isolate: false,
    experimental: { viteModuleRunner: false },
    // Most of what takes long waits: for Slack, for a clock, for a process that starts.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    // Real processes on a busy machine: one that fails once is run again, and named at the end, so that it is mended.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 20_000,
    unstubEnvs: true,
    coverage: { include: ['src/**/*.ts'], exclude: ['src/local/slack/page/**'] },
  },
});
