// `countersign revoke`: takes back what is left of an approval.
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { showView } from './request.ts';

type Options = { readonly reason?: string; readonly json?: boolean };

export function addRevoke(program: Command, end: (code: number) => void): void {
  program
    .command('revoke <id>')
    .description('take back what is left of an approval, with the key of its service or of a person whom it concerns')
    .option('--reason <text>', 'why; told to whoever presents the grant')
    .option('--json', 'print the request as JSON')
    .action(async (id: string, { reason, json }: Options) => {
      showView(await openApi().revoke(id, reason), json === true);
      end(EXIT.ok);
    });
}
