// `countersign audit list`: who asked for what, who answered and how it ended, over any time.
import { type Command, Option } from 'commander';
import { type Status, statuses } from '../../../domain/lifecycle.ts';
import { present } from '../../../domain/present.ts';
import type { RequestLine } from '../../../workbench/audit/requests.ts';
import { momentMs } from '../../audit/moment.ts';
import { openProgress } from '../../audit/progress.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { aligned, painter, plain, say } from '../../screen.ts';
import { openAudit } from './source.ts';

type Options = {
  readonly since?: string;
  readonly until?: string;
  readonly who?: string;
  readonly action?: string;
  readonly service?: string;
  readonly outcome?: Status;
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
};

export function addListAudit(audit: Command, end: (code: number) => void): void {
  audit
    .command('list')
    .description('requests that ended, oldest first: who asked for what, who answered, how it ended')
    .option('--since <time>', 'ended since: 30d, 2026-11-01 or 2026-11-01T09:00:00Z (days begin in UTC)')
    .option('--until <time>', 'ended before')
    .option('--who <person>', 'asked by them, or answered by them so that it counted')
    .option('--action <action>', 'only this action')
    .option('--service <service>', 'only of this service')
    .addOption(new Option('--outcome <status>', 'only these; pending: what has not ended').choices([...statuses]))
    .option('--limit <count>', 'at most so many, up to 10000', '100')
    .option('--after <position>', 'go on where the page before ended')
    .option('--json', 'print the page as JSON')
    .action(async (options: Options) => {
      await listAudit(options);
      end(EXIT.ok);
    });
}

async function listAudit({ since, until, limit, json, ...only }: Options): Promise<void> {
  if (!/^([1-9]\d{0,3}|10000)$/.test(limit)) throw new UsageError(`--limit ${limit} is not a number from 1 to 10000.`);
  const now = Date.now();
  const period = present({ sinceMs: momentMs('--since', since, now), untilMs: momentMs('--until', until, now) });
  const { requestsIn } = await import('../../../workbench/audit/requests.ts');
  const audit = await openAudit();
  const progress = openProgress('entries');
  const items: RequestLine[] = [];
  try {
    const lines = progress.over(audit.log.lines());
    for await (const line of requestsIn(lines, { ...only, ...period })) {
      items.push(line);
      if (items.length > Number(limit)) break;
    }
  } finally {
    progress.end();
    await audit.close();
  }
  const page = items.slice(0, Number(limit));
  const next = items.length > page.length ? page.at(-1)?.position : undefined;
  if (json === true) return say(JSON.stringify({ items: page, ...present({ next_after: next }) }, undefined, 2));
  for (const line of aligned(page.map(rowOf))) say(line);
  if (page.length === 0) say('No such requests in the audit.');
  if (next !== undefined) say(painter(process.stderr)(`More: the same with --after ${next}`, 'dim'), process.stderr);
}

function rowOf({
  request,
  submitted_at,
  resolved_at,
  action,
  resource,
  user,
  status,
  resolved_by,
  ...line
}: RequestLine): string[] {
  const answered = [
    ...(line.approved_by.length === 0 ? [] : [`approved by ${line.approved_by.join(', ')}`]),
    ...(line.denied_by.length === 0 ? [] : [`denied by ${line.denied_by.join(', ')}`]),
  ];
  const end = [`${status}${resolved_by === undefined ? '' : ` by ${resolved_by}`}`, ...answered].join(', ');
  return [resolved_at ?? submitted_at, request, `${action} on ${resource}`, `for ${user}`, end].map(plain);
}
