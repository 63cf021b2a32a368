// `countersign serve`: runs the roles it is given until it is told to end.
import { once } from 'node:events';
import type { Command } from 'commander';
import { loadConfig, roles } from '../../config.ts';
import { EXIT } from '../exit-codes.ts';
import { rolesFrom } from '../roles.ts';
import { say } from '../screen.ts';

const LINGER_MS = 1_000;

export function addServe(program: Command, end: (code: number) => void): void {
  program
    .command('serve')
    .description('run Countersign')
    .option('--roles <roles>', 'what this process does: api, worker, slack, sealer', roles.join())
    .action(async (options: { readonly roles: string }) => {
      const config = loadConfig(process.env, rolesFrom(options.roles));
      const { startCountersign, toldToEnd } = await import('../../main.ts');
      let running: Awaited<ReturnType<typeof startCountersign>> | undefined;
      const told = toldToEnd(() => running?.unended() ?? []);
      try {
        running = await startCountersign(config, { until: told });
        say(
          `Countersign serves ${config.roles.join(', ')}${running.api === undefined ? '' : ` at ${running.api.url}`}`,
        );
        if (!told.aborted) await once(told, 'abort');
        await running.stop();
      } catch (error) {
        if (!told.aborted) throw error;
      }
      end(EXIT.ok);
      // Whatever a library still holds open is not worth staying for.
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
}
