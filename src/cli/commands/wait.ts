// `countersign wait`: stays until a request is resolved, from any process, as often as one likes.
import type { Command } from 'commander';
import { openApi, timeoutFrom } from '../api.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { follow } from '../following.ts';
import { showView } from './request.ts';

export function addWait(program: Command, end: (code: number) => void): void {
  program
    .command('wait <id>')
    .description('wait until a request is resolved')
    .option('--timeout <duration>', 'stop waiting after this long; the request goes on')
    .option('--json', 'print the request as JSON')
    .action(async (id: string, options: { readonly timeout?: string; readonly json?: boolean }) => {
      const timeout = timeoutFrom(options.timeout);
      const countersign = openApi();
      const first = await countersign.read(id);
      const view = first.status === 'pending' ? await follow(countersign, first, timeout, process.stderr) : first;
      showView(view, options.json === true);
      end(exitCodeOf(view.status));
    });
}
