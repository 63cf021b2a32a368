// A request's story as it is printed: a line for each entry with who and what, its particulars below.
import type { UnknownEvent } from '../../domain/audit/read.ts';
import type { Corroborated } from '../../domain/corroborated.ts';
import type { Scene, Story } from '../../workbench/audit/story.ts';
import { type Paint, plain } from '../screen.ts';
import type { MomentWords } from './moment.ts';

type Painter = (text: string, paint: Paint) => string;

export function storyLines(story: Story, when: MomentWords, paint: Painter): string[] {
  const { request, scenes, isWhole, onlyOpa, hasOpaLog } = story;
  const count = scenes.length === 1 ? '1 entry' : `${scenes.length} entries`;
  const state = isWhole ? paint('the chain holds', 'green') : paint('the chain does not hold', 'red');
  return [
    `${plain(request)}  ${count}, ${state}`,
    ...scenes.flatMap(scene => ['', ...sceneLines(scene, { when, paint, hasOpaLog })]),
    ...(onlyOpa.length === 0 ? [] : ['', "Only in OPA's own log (a call that timed out, or a step that ran again):"]),
    ...onlyOpa.map(
      ({ opa }) =>
        `    ${when(opa?.at ?? '')}  ${plain(opa?.outcome ?? opa?.error ?? 'no answer')}, decision ${plain(opa?.decision_id ?? '')}`,
    ),
  ];
}

type Manner = { readonly when: MomentWords; readonly paint: Painter; readonly hasOpaLog: boolean };

function sceneLines({ seq, at, event, told, chain, opa }: Scene, { when, paint, hasOpaLog }: Manner): string[] {
  const head = 'kind' in told ? unknownWords(told, event) : `${paint(plain(told.who), 'bold')} ${plain(told.what)}`;
  const details = 'kind' in told ? [] : told.details;
  const warning = chain === 'holds' ? [] : [paint(CHAIN[chain], 'red')];
  const witness = opa === undefined || (!hasOpaLog && opa.match === 'only_ours') ? [] : [witnessWords(opa)];
  return [
    `${String(seq).padStart(3)}  ${paint(when(at ?? 'at an unknown time'), 'dim')}`,
    `     ${head}`,
    ...warning.map(text => `     ${text}`),
    ...[...details, ...witness].map(text => `       ${plain(text)}`),
  ];
}

const CHAIN = {
  broken: '✗ the chain breaks here: this entry was altered or inserted, or one before it is gone',
  unproven: '? behind the break: nothing proves this entry',
} as const;

const WHY: Readonly<Record<UnknownEvent['why'], string>> = {
  newer: 'a newer version of Countersign wrote it; read it with that one',
  event: 'no version that is known here has such an event',
  form: 'it is not of the form of an entry',
};

function unknownWords({ why }: UnknownEvent, event: string | undefined): string {
  return `not understood${event === undefined ? '' : ` (${plain(event)})`}: ${WHY[why]}`;
}

function witnessWords({ match, opa }: Corroborated): string {
  if (match === 'matched') return "OPA's own log says the same";
  if (match === 'differs')
    return `OPA's own log says otherwise: ${opa?.outcome} by ${opa?.revision}; somebody changed one of the two`;
  return "OPA's own log has not told of it: late or lost";
}
