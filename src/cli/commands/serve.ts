// `countersign serve`: runs the roles it is given until it is told to end.
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { EXIT } from '../exit-codes.ts';
import { rolesFrom } from '../roles.ts';
import { say } from '../screen.ts';

const LINGER_MS = 2_000;

export function addServe(program: Command, end: (code: number) => void): void {
  program
    .command('serve')
    .description('run Countersign')
    .option('--roles <roles>', 'what this process does: api, worker, slack', 'api,worker,slack')
    .action(async (options: { readonly roles: string }) => {
      const config = loadConfig(process.env, rolesFrom(options.roles));
      const { startCountersign } = await import('../../main.ts');
      const told = untilTold();
      const running = await startCountersign(config);
      say(`Countersign serves ${config.roles.join(', ')}${running.api === undefined ? '' : ` at ${running.api.url}`}`);
      await told;
      await running.stop();
      end(EXIT.ok);
      // Whatever a library still holds open is not worth staying for.
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
}

/** Resolves at the first request to end. A second one is an order: what is under way is taken up again after a restart. */
function untilTold(): Promise<void> {
  return new Promise(resolve => {
    let times = 0;
    const hear = (signal: NodeJS.Signals) => {
      times += 1;
      if (times > 1) process.exit(signal === 'SIGINT' ? 130 : 143);
      resolve();
    };
    process.on('SIGINT', hear).on('SIGTERM', hear);
  });
}
