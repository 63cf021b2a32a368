// `countersign show`: a request as it stands.
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { showView } from './request.ts';

export function addShow(program: Command, end: (code: number) => void): void {
  program
    .command('show <id>')
    .description('show a request as it stands (ends with 0 whatever its status; use wait to act on it)')
    .option('--json', 'print it as JSON')
    .action(async (id: string, options: { readonly json?: boolean }) => {
      showView(await openApi().read(id), options.json === true);
      end(EXIT.ok);
    });
}
