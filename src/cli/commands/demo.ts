// `countersign demo`: the whole of it on this machine, with a local Slack workspace to click in.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UsageError } from '../failing.ts';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('try everything on this machine, with a local Slack workspace (from a checkout)')
    .argument('[options...]', 'as for npm run demo, for example --auto')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (options: readonly string[]) => {
      // Not written as a literal import: the published package has no demo, and must not be built with one.
      const demo = new URL('../../local/demo/main.ts', import.meta.url);
      if (!existsSync(demo)) {
        throw new UsageError('The demo is only in the source. Clone the repository and run: npm run demo.');
      }
      process.argv = [process.execPath, fileURLToPath(demo), ...options];
      await import(demo.href);
    });
}
