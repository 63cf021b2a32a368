// `countersign redeem`: uses a grant for a script that is about to act. Exit code 0 is the only yes.
import { type Command, Option } from 'commander';
import { type AboutToDo, type ActionRequest, type ApprovedView, isApproved } from '../../client/index.ts';
import { digestOfAction } from '../../client/redeeming.ts';
import type { Digest } from '../../domain/canonical.ts';
import { openApi } from '../api.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { plain, say } from '../screen.ts';
import { requestFrom } from '../typed-request.ts';
import { showView } from './request.ts';

type Options = { readonly digest?: string; readonly from?: string; readonly json?: boolean };

export function addRedeem(program: Command, end: (code: number) => void): void {
  program
    .command('redeem <id-or-grant>')
    .description(
      'use an approval, right before acting: say what is about to be done; policy is asked again, and the use is counted',
    )
    .option('--digest <digest>', 'of what is about to be done, sha256:…')
    .addOption(
      new Option('--from <file>', 'what is about to be done, as it was submitted; - for standard input').conflicts(
        'digest',
      ),
    )
    .option('--json', 'print the answer as JSON')
    .action(async (subject: string, options: Options) => {
      const about = aboutToDo(options);
      const countersign = openApi();
      const view = subject.startsWith('req_') ? await countersign.read(subject) : undefined;
      if (view !== undefined && !isApproved(view)) {
        showView(view, false);
        return end(exitCodeOf(view.status));
      }
      if (about === undefined) throw new UsageError(unsaid(view));
      // Before it is used up, so that whoever reads along sees what is done with it.
      say(`about to do: ${actionLine(about, view)}`, process.stderr);
      const redeemed = await countersign.redeem(view === undefined ? subject : view.grant, about);
      const { id, usesLeft } = redeemed;
      if (options.json === true) say(JSON.stringify(redeemed, undefined, 2));
      else
        say(`✓ redeemed ${id}: act now. ${usesLeft === 0 ? 'That was its last use.' : `${usesLeft} uses are left.`}`);
      end(EXIT.ok);
    });
}

function aboutToDo({ digest, from }: Options): AboutToDo | undefined {
  if (from !== undefined) return requestFrom({ from, param: [], set: [] });
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new UsageError('--digest is not sha256: and 64 lower-case hex digits.');
  }
  return digest as Digest | undefined;
}

/** An id alone says what was approved, not what is done next: filled in from the approval, it would fit any action. */
function unsaid(view: ApprovedView | undefined): string {
  const approved = view === undefined ? '' : ` Approved was: ${lineOf(view)}, ${view.digest}.`;
  return `Say what is about to be done: --from <file> with the request as you are about to do it, or --digest with its digest.${approved}`;
}

/** Of a digest it is known what it stands for only where it is that of the request. */
function actionLine(about: AboutToDo, view: ApprovedView | undefined): string {
  const digest = digestOfAction(about);
  const known = typeof about === 'string' ? (view?.digest === digest ? view : undefined) : about;
  return known === undefined ? digest : `${lineOf(known)}, ${digest}`;
}

function lineOf({ action, resource, user }: Pick<ActionRequest, 'action' | 'resource' | 'user'>): string {
  return plain(`${action} ${resource.type} ${resource.id} for ${user.id}`);
}
