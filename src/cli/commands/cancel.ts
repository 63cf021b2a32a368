// `countersign cancel`: withdraws a pending request.
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { showView } from './request.ts';

export function addCancel(program: Command, end: (code: number) => void): void {
  program
    .command('cancel <id>')
    .description('withdraw a pending request')
    .option('--json', 'print it as JSON')
    .action(async (id: string, options: { readonly json?: boolean }) => {
      showView(await openApi().cancel(id), options.json === true);
      end(EXIT.ok);
    });
}
