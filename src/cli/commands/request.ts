// `countersign request`: asks, and with --wait stays until there is an answer.
import type { Command } from 'commander';
import type { AnyView } from '../../client/index.ts';
import { openApi, timeoutFrom } from '../api.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { follow } from '../following.ts';
import { portrait } from '../request-text.ts';
import { say } from '../screen.ts';
import { type AskingOptions, mistakenTexts, requestFrom } from '../typed-request.ts';
import { withAskingFlags } from './asking-flags.ts';

type Options = AskingOptions & { readonly wait?: boolean; readonly json?: true | string; readonly timeout?: string };

export function addRequest(program: Command, end: (code: number) => void): void {
  withAskingFlags(program.command('request'))
    .description('ask whether an action may be taken')
    .option('--wait', 'wait until the request is resolved')
    .option('--json [file]', 'print the request as JSON; with a file (or -), read it from there as --from does')
    .action(async (options: Options) => {
      const from = typeof options.json === 'string' ? { from: options.json } : {};
      const request = requestFrom({ ...options, ...from });
      for (const hint of mistakenTexts(options)) say(hint, process.stderr);
      const timeout = timeoutFrom(options.timeout);
      const countersign = openApi();
      const { id, view } = await countersign.submit(request);
      let current: AnyView = view ?? (await countersign.read(id));
      if (options.wait === true && current.status === 'pending') {
        current = await follow(countersign, current, timeout, process.stderr);
      } else if (current.status === 'pending') {
        say(`Keep waiting with: countersign wait ${id}`, process.stderr);
      }
      showView(current, options.json !== undefined);
      end(exitCodeOf(current.status));
    });
}

/** To standard output: for a program as JSON, for a person a line each. */
export function showView(view: AnyView, isJson: boolean): void {
  if (isJson) say(JSON.stringify(view, undefined, 2));
  else for (const line of portrait(view, process.stdout)) say(line);
}
