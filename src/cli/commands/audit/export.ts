// `countersign audit export`: entries and facts for other programs, as a stream that can go on where it ended.
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { present } from '../../../domain/present.ts';
import { type Format, formats } from '../../../workbench/audit/exported.ts';
import { momentMs } from '../../audit/moment.ts';
import { openProgress } from '../../audit/progress.ts';
import { EXIT } from '../../exit-codes.ts';
import { say } from '../../screen.ts';
import { openAudit } from './source.ts';

type Options = {
  readonly format: Format;
  readonly since?: string;
  readonly until?: string;
  readonly event?: readonly string[];
  readonly request?: string;
  readonly after?: string;
};

/** Enough to fill a pipe; more would only be memory. */
const CHUNK = 64 * 1024;

export function addExportAudit(audit: Command, end: (code: number) => void): void {
  audit
    .command('export')
    .description('entries and facts in the order of the audit; the last line on standard error says how to go on later')
    .addOption(new Option('--format <format>', 'as stored, or as a table').choices([...formats]).default('jsonl'))
    .option('--since <time>', 'since: 30d, 2026-11-01 or 2026-11-01T09:00:00Z (days begin in UTC)')
    .option('--until <time>', 'before')
    .option('--event <names...>', 'only these events, such as voted refused')
    .option('--request <id>', 'only of this request')
    .option('--after <position>', 'go on behind this position')
    .action(async (options: Options) => {
      await exportAudit(options);
      end(EXIT.ok);
    });
}

async function exportAudit({ format, since, until, event, request, after }: Options): Promise<void> {
  const now = Date.now();
  const period = present({ sinceMs: momentMs('--since', since, now), untilMs: momentMs('--until', until, now) });
  const [{ exported, heading }, { linesIn }] = await Promise.all([
    import('../../../workbench/audit/exported.ts'),
    import('../../../workbench/audit/period.ts'),
  ]);
  const audit = await openAudit();
  const progress = openProgress('entries');
  let last = after;
  try {
    // A file that goes on has its heading already.
    let text = after === undefined ? heading(format) : '';
    for await (const line of progress.over(linesIn(audit.log, period, after))) {
      last = line.position;
      const stored: { readonly event?: unknown; readonly request?: unknown } = 'entry' in line ? line.entry : line.fact;
      if (event !== undefined && !event.includes(String(stored.event))) continue;
      if (request !== undefined && stored.request !== request) continue;
      text += exported(line, format);
      if (text.length < CHUNK) continue;
      await write(text);
      text = '';
    }
    await write(text);
  } finally {
    progress.end();
    await audit.close();
  }
  if (last !== undefined) say(`To go on later: --after ${last}`, process.stderr);
}

async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}
