// `countersign review`: emergencies that were let pass at once, and who has looked at them since.
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { leftOutWords, pageJson } from '../page.ts';
import { aligned, plain, say } from '../screen.ts';
import { showView } from './request.ts';

type CloseOptions = { readonly note: string; readonly json?: boolean };

export function addReview(program: Command, end: (code: number) => void): void {
  const review = program.command('review').description('look at what was let pass in an emergency');
  review
    .command('list')
    .description("list open reviews: with a service's key its own, with a person's those they may close")
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--json', 'print the page as JSON')
    .action(async (options: { readonly cursor?: string; readonly json?: boolean }) => {
      await list(options);
      end(EXIT.ok);
    });
  review
    .command('close <id>')
    .description("say what you found, with a person's key; nobody reviews an emergency of their own")
    .requiredOption('--note <text>', 'what you found')
    .option('--json', 'print the request as JSON')
    .action(async (id: string, { note, json }: CloseOptions) => {
      if (note.trim() === '') throw new UsageError('--note is blank; say what you found.');
      showView(await openApi().review(id, note, 'cli'), json === true);
      end(EXIT.ok);
    });
}

async function list({ cursor, json }: { readonly cursor?: string; readonly json?: boolean }): Promise<void> {
  const page = await openApi().list({ review: 'open', ...(cursor === undefined ? {} : { cursor }) });
  const { items, nextCursor } = page;
  if (json === true) {
    say(pageJson(page));
    return;
  }
  if (items.length === 0) say('No reviews are open.');
  const rows = items.map(({ id, review, action, resource, user, reason }) => [
    id,
    `due ${review?.due_at ?? ''}`,
    plain(action),
    `${plain(resource.type)} ${plain(resource.id)}`,
    `for ${plain(user.id)}`,
    plain(reason ?? ''),
  ]);
  for (const line of aligned(rows)) say(line);
  if (nextCursor !== undefined) say(`More: countersign review list --cursor ${nextCursor}`, process.stderr);
  const leftOut = leftOutWords(page);
  if (leftOut !== undefined) say(leftOut, process.stderr);
}
