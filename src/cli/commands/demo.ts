// `countersign demo`: the whole of it on this machine, with a local Slack workspace to click in.
import type { Command } from 'commander';
import { UsageError } from '../failing.ts';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('try everything on this machine, with a local Slack workspace (from a checkout)')
    .action(async () => {
      // Not written as a literal: the published package has no demo, and must not be built with one.
      const demo = new URL('../../demo/main.ts', import.meta.url).href;
      await import(demo).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
        throw new UsageError('The demo is only in the source. Clone the repository and run: npm run demo.');
      });
    });
}
