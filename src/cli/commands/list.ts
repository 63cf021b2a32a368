// `countersign list`: the service's own requests, or those that wait for a person's answer, newest first.
import { type Command, Option } from 'commander';
import { type Status, statuses } from '../../domain/lifecycle.ts';
import { present } from '../../domain/present.ts';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { leftOutWords, pageJson } from '../page.ts';
import { headline } from '../request-text.ts';
import { aligned, painter, plain, say } from '../screen.ts';

type Options = {
  readonly mine?: boolean;
  readonly status?: Status;
  readonly limit: string;
  readonly cursor?: string;
  readonly json?: boolean;
};

const UNTOLD =
  'Requests that ask only Slack groups or channels are not among them: Slack alone knows who is there. See their cards.';

export function addList(program: Command, end: (code: number) => void): void {
  program
    .command('list')
    .description("list requests, newest first: with a service's key its own, with a person's those that wait for them")
    .addOption(new Option('--mine', "with a person's key: those in which you could answer now").conflicts('status'))
    .addOption(
      new Option('--status <status>', "only these; with a person's key, of all that they may see").choices([
        ...statuses,
      ]),
    )
    .option('--limit <count>', 'at most so many, up to 100', '20')
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--json', 'print the page as JSON')
    .action(async (options: Options) => {
      await list(options);
      end(EXIT.ok);
    });
}

async function list({ mine, status, limit, cursor, json }: Options): Promise<void> {
  if (!/^([1-9]\d?|100)$/.test(limit)) throw new UsageError(`--limit ${limit} is not a number from 1 to 100.`);
  const page = await openApi().list({
    limit: Number(limit),
    ...(mine === true ? { awaiting: 'me' } : {}),
    ...present({ status, cursor }),
  });
  const { items, nextCursor } = page;
  if (json === true) {
    say(pageJson(page));
    return;
  }
  const paint = painter(process.stdout);
  if (items.length === 0)
    say(mine === true ? 'No requests wait for you.' : `No ${status ?? ''} requests.`.replace('  ', ' '));
  // What is coloured stands last: its codes have a length of their own and would push the columns apart.
  const rows = items.map(view => [
    view.id,
    view.submitted_at,
    plain(view.action),
    `${plain(view.resource.type)} ${plain(view.resource.id)}`,
    headline(view, process.stdout),
  ]);
  for (const line of aligned(rows)) say(line);
  const again = `countersign list${mine === true ? ' --mine' : ''}${status === undefined ? '' : ` --status ${status}`}`;
  if (nextCursor !== undefined) say(paint(`More: ${again} --cursor ${nextCursor}`, 'dim'), process.stderr);
  const leftOut = leftOutWords(page);
  if (leftOut !== undefined) say(leftOut, process.stderr);
  if (mine === true) say(paint(UNTOLD, 'dim'), process.stderr);
}
