// How the tests run: files side by side in processes of their own, with one Redis and one OPA for all of them.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 20_000,
    unstubEnvs: true,
    coverage: { include: ['src/**/*.ts'], exclude: ['src/local/slack/page/**'] },
  },
});
