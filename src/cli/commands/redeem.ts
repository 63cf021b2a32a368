// `countersign redeem`: uses a grant for a script that is about to act. Exit code 0 is the only yes.
import { type Command, Option } from 'commander';
import { type AboutToDo, isApproved } from '../../client/index.ts';
import type { Digest } from '../../domain/canonical.ts';
import { openApi } from '../api.ts';
import { requestFrom } from '../asking.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';
import { showView } from './request.ts';

type Options = { readonly digest?: string; readonly from?: string; readonly json?: boolean };

export function addRedeem(program: Command, end: (code: number) => void): void {
  program
    .command('redeem <id-or-grant>')
    .description('use an approval, right before acting: policy is asked again, and the use is counted')
    .option('--digest <digest>', 'of what is about to be done, sha256:…')
    .addOption(
      new Option('--from <file>', 'what is about to be done, as it was submitted; - for standard input').conflicts(
        'digest',
      ),
    )
    .option('--json', 'print the answer as JSON')
    .action(async (subject: string, options: Options) => {
      const countersign = openApi();
      const view = subject.startsWith('req_') ? await countersign.read(subject) : undefined;
      if (view !== undefined && !isApproved(view)) {
        showView(view, false);
        return end(exitCodeOf(view.status));
      }
      const grant = view === undefined ? subject : view.grant;
      const redeemed = await countersign.redeem(grant, aboutToDo(options, view?.digest));
      const { id, usesLeft } = redeemed;
      if (options.json === true) say(JSON.stringify(redeemed, undefined, 2));
      else
        say(`✓ redeemed ${id}: act now. ${usesLeft === 0 ? 'That was its last use.' : `${usesLeft} uses are left.`}`);
      end(EXIT.ok);
    });
}

function aboutToDo({ digest, from }: Options, approved: string | undefined): AboutToDo {
  if (from !== undefined) return requestFrom({ from, param: [], set: [] });
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new UsageError('--digest is not sha256: and 64 lower-case hex digits.');
  }
  const what = digest ?? approved;
  if (what !== undefined) return what as Digest;
  throw new UsageError('Say what is about to be done: --from <file> with the request, or --digest.');
}
