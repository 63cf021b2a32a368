// `countersign standing`: approvals that people gave for later requests too; seen, and ended before their time.
import type { Command } from 'commander';
import type { StandingView } from '../../client/index.ts';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { aligned, painter, plain, say } from '../screen.ts';

type Options = { readonly json?: boolean };

export function addStanding(program: Command, end: (code: number) => void): void {
  const standing = program.command('standing').description('approvals given for later requests too');
  standing
    .command('list')
    .description("list the service's standing approvals that are in force")
    .option('--json', 'print them as JSON')
    .action(async (options: Options) => {
      const items = await openApi().standing();
      if (options.json === true) say(JSON.stringify({ items }, undefined, 2));
      else show(items);
      end(EXIT.ok);
    });
  standing
    .command('revoke <id>')
    .description('end one now; requests that it covered need people again')
    .option('--json', 'print it as JSON')
    .action(async (id: string, options: Options) => {
      const ended = await openApi().revokeStanding(id);
      say(options.json === true ? JSON.stringify(ended, undefined, 2) : `${ended.id} has ended.`);
      end(EXIT.ok);
    });
}

function show(items: readonly StandingView[]): void {
  if (items.length === 0) say('No standing approvals are in force.');
  const paint = painter(process.stdout);
  const rows = items.map(({ id, action, resource, user, uses, max_uses, expires_at, granted_by }) => [
    id,
    plain(action),
    `${plain(resource.type)} ${plain(resource.id)}`,
    `for ${plain(user)}`,
    `${uses} of ${max_uses} used`,
    `until ${expires_at}`,
    `given by ${plain(granted_by)}`,
  ]);
  aligned(rows).forEach((line, i) => {
    say(items[i]?.revoked_by === undefined ? line : paint(`${line} · revoked`, 'dim'));
  });
}
