// `countersign show`: a request as it stands.
import type { Command } from 'commander';
import type { Corroborated } from '../../client/decisions.ts';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { aligned, plain, say } from '../screen.ts';
import { showView } from './request.ts';

export function addShow(program: Command, end: (code: number) => void): void {
  program
    .command('show <id>')
    .description('show a request as it stands (ends with 0 whatever its status; use wait to act on it)')
    .option('--json', 'print it as JSON')
    .option('--decisions', "every answer of policy, as our audit and as OPA's own log have it")
    .action(async (id: string, options: { readonly json?: boolean; readonly decisions?: boolean }) => {
      if (options.decisions === true) {
        showDecisions(await openApi().decisions(id), options.json === true);
      } else {
        showView(await openApi().read(id), options.json === true);
      }
      end(EXIT.ok);
    });
}

const ONLY_OURS =
  "only_ours: OPA's own log has not told of it. It does where OPA_LOG_TOKEN is set and OPA sends it; the README says how.";

function showDecisions(items: readonly Corroborated[], isJson: boolean): void {
  const lines = isJson ? [JSON.stringify({ items }, undefined, 2)] : aligned(items.map(rowOf));
  for (const line of lines.length === 0 ? ['Policy has not answered yet.'] : lines) say(line);
  if (!isJson && items.some(({ match }) => match === 'only_ours')) say(ONLY_OURS, process.stderr);
}

function rowOf({ match, ours, opa }: Corroborated): string[] {
  const { at, phase, revision } = ours ?? opa ?? {};
  const outcome = ours?.outcome ?? opa?.outcome ?? opa?.error;
  const words = match === 'differs' ? `${match}: OPA logged ${opa?.outcome} by ${opa?.revision}` : match;
  return [at, phase, outcome, revision, ours?.decision_id ?? opa?.decision_id, words].map(cell => plain(cell ?? '-'));
}
