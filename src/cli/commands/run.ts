// `countersign run -- command`: asks, waits, and redeems the grant, and starts the command only after a plain yes.
import type { Command } from 'commander';
import {
  type ActionRequest,
  type AnyView,
  type ApprovedView,
  type HttpCountersign,
  isApproved,
} from '../../client/index.ts';
import { openApi, timeoutFrom } from '../api.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { follow } from '../following.ts';
import { handedOn } from '../handed-on.ts';
import { portrait } from '../request-text.ts';
import { runCommand } from '../running.ts';
import { say } from '../screen.ts';
import { type AskingOptions, mistakenTexts, requestFrom } from '../typed-request.ts';
import { withAskingFlags } from './asking-flags.ts';

type Options = AskingOptions & { readonly timeout?: string; readonly passEnv: readonly string[] };

export function addRun(program: Command, end: (code: number) => void): void {
  withAskingFlags(program.command('run'))
    .description('ask, wait, and run a command only when it was approved')
    .option(
      '--pass-env <variable>',
      'hand this one on although it is a key or token of Countersign; by default the command gets none of them',
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .argument('<command...>', 'the command and its arguments, after --; people see and approve exactly these')
    .action(async (command: readonly string[], options: Options) => {
      const [program, ...args] = command;
      if (program === undefined) throw new UsageError('There is no command after --.');
      const { env, keptBack } = handedOn(process.env, options.passEnv);
      const countersign = openApi();
      const request = requestFrom(options, command);
      for (const hint of mistakenTexts(options)) say(hint, process.stderr);
      const view = await ask(countersign, request, timeoutFrom(options.timeout));
      // On standard error throughout: standard output belongs to the command.
      for (const line of portrait(view, process.stderr)) say(line, process.stderr);
      if (!isApproved(view)) {
        say('The command was not run.', process.stderr);
        return end(exitCodeOf(view.status));
      }
      await redeem(countersign, view, request);
      const surprising = keptBack.filter(name => name !== 'COUNTERSIGN_API_KEY');
      if (surprising.length > 0) {
        say(`Kept from the command: ${surprising.join(', ')}. --pass-env hands one on.`, process.stderr);
      }
      end(await runCommand(program, args, env));
    });
}

/** Policy is asked once more, about the very command line that is started next; without a yes nothing is. */
async function redeem(countersign: HttpCountersign, { grant }: ApprovedView, request: ActionRequest): Promise<void> {
  try {
    await countersign.redeem(grant, request);
  } catch (error) {
    say('The command was not run.', process.stderr);
    throw error;
  }
}

async function ask(
  countersign: HttpCountersign,
  request: ActionRequest,
  timeout: { readonly timeoutMs?: number },
): Promise<AnyView> {
  const { id, digest, view } = await countersign.submit(request);
  const first = view ?? (await countersign.read(id));
  if (first.status !== 'pending') return first;
  const last = await follow(countersign, first, timeout, process.stderr);
  if (last.digest !== digest) throw new UsageError('The answer is about another command line, so nothing was run.');
  return last;
}
