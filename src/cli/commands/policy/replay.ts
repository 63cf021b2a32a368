// `countersign policy replay`: every recorded decision asked again of a candidate, and what would have been otherwise.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { connectOpa } from '../../../adapters/opa/connect.ts';
import { connectTogether, TOGETHER_ROOT, togetherRule } from '../../../adapters/opa/together.ts';
import { loadConfig } from '../../../config.ts';
import { durationMs } from '../../../domain/duration.ts';
import { present } from '../../../domain/present.ts';
import { startOwnOpa } from '../../../workbench/own-opa.ts';
import { pastDecisions } from '../../../workbench/replay/history.ts';
import { pageOf } from '../../../workbench/replay/page.ts';
import { type Candidate, replay } from '../../../workbench/replay/replay.ts';
import { type Failing, failingOf, failures, type Report, type Unshown } from '../../../workbench/replay/report.ts';
import { blocksOf, notesOf } from '../../../workbench/replay/text.ts';
import { whole } from '../../../workbench/replay/words.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { aligned, painter, plain, say } from '../../screen.ts';
import { openSource } from './source.ts';

type Options = {
  readonly candidate: string;
  readonly base?: string;
  readonly since?: string;
  readonly from?: string;
  readonly failOn?: string;
  readonly json?: string;
  readonly html?: string;
};

/** An answer may take this long before it counts as none: the machine is busy with all the others. */
const TIMEOUT_MS = 10_000;
const PROGRESS_MS = 500;

export function addReplay(policy: Command, end: (code: number) => void): void {
  policy
    .command('replay')
    .description('ask a candidate every recorded decision again, and show what would have been otherwise')
    .requiredOption('--candidate <policies>', 'the folder or bundle to try')
    .option('--base <policies>', "today's policies, to compare how long an answer takes; else with what was recorded")
    .option('--since <duration>', 'only decisions of the last 30d, 12h …')
    .option('--from <file>', 'read audit entries from a file, one JSON object a line, instead of Redis')
    .option('--fail-on <findings>', `end with 1 if there is one of these: ${failures.join(',')}`)
    .option('--json <file>', 'write the whole report as JSON; - for standard output')
    .option('--html <file>', 'write the report as one page')
    .action(async (options: Options) => end(await replayPolicy(options)));
}

async function replayPolicy(options: Options): Promise<number> {
  const failOn = failingNames(options.failOn);
  const sinceMs = moment(options.since ?? (options.from === undefined ? '30d' : undefined));
  for (const path of [options.candidate, options.base]) {
    if (path !== undefined && !existsSync(path)) throw new UsageError(`There is nothing at ${path}; give a folder.`);
  }
  const { opa: settings } = loadConfig(process.env, []);
  const servers: { stop(): Promise<unknown> }[] = [];
  const { decisionPath } = settings;
  const serve = async (policies: string): Promise<Candidate> => {
    const server = await startOwnOpa(policies, { root: TOGETHER_ROOT, rego: togetherRule(decisionPath) });
    servers.push(server);
    const address = { url: server.url, decisionPath, timeoutMs: TIMEOUT_MS };
    const opa = connectOpa(address);
    servers.push({ stop: () => opa.close() });
    if (!server.hasRule) return opa;
    const together = connectTogether(address);
    servers.push({ stop: () => together.close() });
    return { ask: opa.ask, askAll: together.askAll };
  };
  const progress = openProgress();
  const source = await openSource(options.from, sinceMs);
  try {
    const start = performance.now();
    const candidate = await serve(options.candidate);
    const base = options.base === undefined ? undefined : await serve(options.base);
    const history = pastDecisions(source.entries, { sinceMs, ...source.memory });
    const { revision, ...found } = await replay(history, {
      candidate,
      ...present({ base }),
      onProgress: progress.at,
    });
    const report: Report = {
      report: 'countersign-replay',
      version: 1,
      candidate: { policies: options.candidate, ...present({ revision }) },
      source: source.name,
      ...found,
      tookMs: Math.round(performance.now() - start),
    };
    progress.end();
    if (options.json !== undefined && options.json !== '-') await save(options.json, toJson(report));
    if (options.html !== undefined) await save(options.html, pageOf(report));
    if (options.json === '-') process.stdout.write(toJson(report));
    else show(report);
    for (const note of [...notesOf(report), ...source.notes()]) say(plain(note), process.stderr);
    return verdict(report, failOn);
  } finally {
    progress.end();
    await source.close();
    for (const server of servers.reverse()) await server.stop();
  }
}

function show(report: Report): void {
  const paint = painter(process.stdout);
  for (const { title, rows } of blocksOf(report)) {
    say(paint(plain(title), 'bold'));
    for (const line of aligned(
      rows.map(row => row.map(plain)),
      '  ',
    ))
      say(line);
    say('');
  }
}

function verdict(report: Report, failOn: readonly Failing[]): number {
  const failing = failingOf(report, failOn);
  if (failing.length === 0) return EXIT.ok;
  const [unshown] = failing.flatMap(name => (name in UNSHOWN ? [UNSHOWN[name as Unshown]] : []));
  const found = `Found what must not be: ${failing.join(', ')}. Change the candidate, or have the differences accepted by review.`;
  const words = unshown ?? found;
  say(painter(process.stderr)(words, 'red'), process.stderr);
  return EXIT.broken;
}

const UNSHOWN: Readonly<Record<Unshown, string>> = {
  nothing: 'Nothing could be replayed, so nothing was shown. Widen --since, or give --from another file.',
  no_times:
    'Whether it is slower was not shown: no times are recorded. Give --base, or leave "slower" out of --fail-on.',
};

function failingNames(text: string | undefined): readonly Failing[] {
  const names = (text ?? '').split(',').flatMap(name => (name.trim() === '' ? [] : [name.trim()]));
  const unknown = names.filter(name => !failures.includes(name as Failing));
  if (unknown.length === 0) return names as Failing[];
  throw new UsageError(`--fail-on does not know ${unknown.join(', ')}; it knows ${failures.join(', ')}.`);
}

function moment(since: string | undefined): number {
  if (since === undefined) return -Infinity;
  const ms = durationMs(since);
  if (ms === undefined) throw new UsageError('--since is not a duration; write for example 30d or 12h.');
  return Date.now() - ms;
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UsageError(`${path} cannot be written (${code}); choose another path.`);
  }
}

function toJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** How far it is, in place on a terminal and as a line now and then elsewhere. */
function openProgress() {
  const stream = process.stderr;
  let shownAt = performance.now();
  let isShown = false;
  return {
    at(decisions: number): void {
      if (performance.now() - shownAt < (stream.isTTY ? PROGRESS_MS : 20 * PROGRESS_MS)) return;
      shownAt = performance.now();
      stream.write(stream.isTTY ? `\r${whole(decisions)} decisions` : `${whole(decisions)} decisions\n`);
      isShown = stream.isTTY;
    },
    end(): void {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
