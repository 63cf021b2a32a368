// `countersign policy try`: what would happen to one request, who would be asked, and why; nothing is stored.
import { readFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { AnyView } from '../../../client/index.ts';
import { decodeJson, parseSubmission, type Submission } from '../../../domain/submission.ts';
import { view } from '../../../domain/view.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { portrait } from '../../portrait.ts';
import { say } from '../../screen.ts';

type Options = {
  readonly vote: readonly string[];
  readonly now?: string;
  readonly people?: string;
  readonly policies: string;
  readonly opa?: string;
  readonly service: string;
  readonly json?: boolean;
};

const MINUTE_MS = 60_000;

export function addTry(policy: Command, end: (code: number) => void): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  policy
    .command('try <request.json>')
    .description('show what would happen to a request, who would be asked and why; - reads standard input')
    .option('--vote <who:answer>', 'an answer: bob:approve, "carol:deny:not now"; may be repeated', collect, [])
    .option('--now <moment>', 'when it is submitted (RFC 3339); each vote comes a minute later')
    .option('--people <file>', 'the people file (default: COUNTERSIGN_PEOPLE)')
    .option('--policies <folder>', 'the policies to try', 'policies')
    .option('--opa <url>', 'ask this OPA instead')
    .option('--service <id>', 'which service submits it', 'deployer')
    .option('--json', 'the view of the request, the answer of policy and the votes, as JSON')
    .action(async (file: string, options: Options) => {
      await tryRequest(file, options);
      end(EXIT.ok);
    });
}

async function tryRequest(file: string, options: Options): Promise<void> {
  const submission = await submissionIn(file);
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  if (Number.isNaN(now)) throw new UsageError('--now is not a moment; write 2026-11-24T10:00:00Z.');
  const { readAnswer } = await import('../../../rehearsal/ballot.ts');
  const { openStage, peopleFrom, peopleListed } = await import('../../policy/stage.ts');
  const { rehearse } = await import('../../../rehearsal/rehearse.ts');
  const answers = options.vote.map((text, i) => {
    const answer = readAnswer(text);
    if (answer === undefined)
      throw new UsageError(`"${text}" is not a vote; write bob:approve or "carol:deny:not now".`);
    return { ...answer, surface: 'slack', kind: 'member', groups: [], afterMs: (i + 1) * MINUTE_MS } as const;
  });
  const path = options.people ?? process.env.COUNTERSIGN_PEOPLE;
  const directory = path === undefined ? peopleListed({}, {}) : await peopleFrom(path);
  // Without a directory nobody is known to exist, which is not to say that nobody does.
  if (path === undefined)
    say('No --people: nobody is in a group, so only people named one by one can approve.', process.stderr);
  const stage = await openStage({
    policies: options.policies,
    ...(options.opa === undefined ? {} : { url: options.opa }),
  });
  try {
    const service = { id: options.service, auth: 'api_key' } as const;
    const performance = await rehearse({ policy: stage.policy, directory }, { service, submission, now, answers });
    const { record } = performance;
    if (options.json === true) {
      const votes = performance.played.map(({ answer, counted, code }) => ({
        by: answer.by,
        vote: answer.vote,
        counted,
        ...(code === undefined ? {} : { code }),
      }));
      say(
        JSON.stringify(
          { view: view(record), asked: performance.asked.decision, decision: record.decision, votes },
          null,
          2,
        ),
      );
      return;
    }
    const { reasonLines, awaitedLines, termLines, voteLines } = await import('../../policy/told.ts');
    for (const line of portrait({ ...view(record), votes: [] } as AnyView, process.stdout)) say(line);
    const more = [...reasonLines(record), ...awaitedLines(record), ...voteLines(performance), ...termLines(record)];
    for (const line of more) say(`  ${line}`);
  } finally {
    await stage.close();
  }
}

async function submissionIn(file: string): Promise<Submission> {
  const text =
    file === '-'
      ? await streamText(process.stdin)
      : await readFile(file, 'utf8').catch(() => {
          throw new UsageError(`${file} cannot be read. Name a JSON file, or - for standard input.`);
        });
  const decoded = decodeJson(text);
  const parsed = decoded.ok ? parseSubmission(decoded.value) : { ok: false as const, faults: [decoded.fault] };
  if (parsed.ok) return parsed.submission;
  throw new UsageError(
    ['This is no request:', ...parsed.faults.map(({ pointer, message }) => `  ${pointer} ${message}`)].join('\n'),
  );
}
