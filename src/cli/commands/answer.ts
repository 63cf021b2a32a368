// `countersign approve` and `countersign deny`: a person answers in a terminal, having seen what they answer to.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { AnyView, VoteAnswer } from '../../client/index.ts';
import { durationMs } from '../../domain/duration.ts';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { outcome, portrait } from '../request-text.ts';
import { say } from '../screen.ts';
import { showView } from './request.ts';

type Options = {
  readonly reason?: string;
  readonly for?: string;
  readonly uses?: string;
  readonly digest?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
};

export function addAnswers(program: Command, end: (code: number) => void): void {
  const answer = (vote: VoteAnswer['vote']) => async (id: string, options: Options) => {
    end(await giveAnswer(id, vote, options));
  };
  withFlags(program.command('approve <id>'))
    .description("approve a request, with a person's key; shows it first and asks")
    .option('--reason <text>', 'why, for the requester and the audit')
    .option('--for <duration>', 'also let later requests of this kind pass, for so long; with --uses')
    .option('--uses <count>', 'and at most so many of them')
    .action(answer('approve'));
  withFlags(program.command('deny <id>'))
    .description("deny a request, with a person's key; shows it first and asks")
    .requiredOption('--reason <text>', 'why, for the requester and the audit')
    .action(answer('deny'));
}

function withFlags(command: Command): Command {
  return command
    .option('--digest <digest>', 'answer only if the request is still this one, sha256:…; asks nothing')
    .option('--yes', 'answer to the request as it is shown; asks nothing')
    .option('--json', 'print the request afterwards as JSON');
}

async function giveAnswer(id: string, vote: VoteAnswer['vote'], options: Options): Promise<number> {
  const { reason, yes, json } = options;
  if (options.digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(options.digest)) {
    throw new UsageError('--digest is not sha256: and 64 lower-case hex digits.');
  }
  const standing = standingOf(options);
  const mayAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  if (options.digest === undefined && yes !== true && !mayAsk) {
    throw new UsageError(`No terminal to confirm in. Pass --digest <digest> or --yes.`);
  }
  const countersign = openApi();
  const view = await countersign.read(id);
  for (const line of portrait(view, process.stderr)) say(line, process.stderr);
  if (options.digest === undefined && yes !== true && !(await isConfirmed(vote, view, standing))) {
    say('Nothing was recorded.', process.stderr);
    return EXIT.pending;
  }
  const digest = options.digest ?? view.digest;
  const given = { ...(reason === undefined ? {} : { reason }), ...(standing === undefined ? {} : { standing }) };
  const answered = await countersign.vote(id, { vote, digest, surface: 'cli', ...given });
  if (json === true) showView(answered, true);
  else for (const line of outcome(answered, process.stdout)) say(line);
  return EXIT.ok;
}

type Standing = NonNullable<VoteAnswer['standing']>;

/** For how long and how often later requests may pass too; nothing of it is assumed. */
function standingOf({ for: duration, uses }: Options): Standing | undefined {
  if (duration === undefined && uses === undefined) return undefined;
  if (duration === undefined || uses === undefined) {
    throw new UsageError('--for and --uses go together: say for how long and how often, such as --for 1h --uses 5.');
  }
  if ((durationMs(duration) ?? 0) <= 0) throw new UsageError(`--for ${duration} is not a duration, such as 1h.`);
  if (!/^[1-9]\d{0,5}$/.test(uses)) throw new UsageError(`--uses ${uses} is not a number from 1 to 999999.`);
  return { duration, uses: Number(uses) };
}

/** Only a plain yes is one; the end of the input is none. */
async function isConfirmed(vote: VoteAnswer['vote'], { digest }: AnyView, standing?: Standing): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')));
  try {
    const verb = vote === 'approve' ? 'Approve' : 'Deny';
    const more = standing === undefined ? '' : ` and, for ${standing.duration}, ${standing.uses} more of its kind`;
    const typed = await Promise.race([lines.question(`${verb} exactly this (${digest})${more}? [y/N] `), ended]);
    return /^y(es)?$/i.test(typed.trim());
  } finally {
    lines.close();
  }
}
