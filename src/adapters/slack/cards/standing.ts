// The modal in which an approver lets later requests of the same kind pass too: for how long, and how often.
import type { InputBlock } from '@slack/types';
import { durationMs } from '../../../domain/duration.ts';
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import { footer, summary, whyLabel } from './answer-views.ts';
import { type KnownBlock, plain, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import type { Mentions } from './people.ts';
import { type ModalView, modal, reasonInput } from './views.ts';

export const DURATION_INPUT = 'duration';
export const USES_INPUT = 'uses';

const TITLE = 'Standing approval';
const DURATIONS: { readonly [duration: string]: string } = {
  '15m': '15 minutes',
  '30m': '30 minutes',
  '1h': '1 hour',
  '2h': '2 hours',
  '4h': '4 hours',
  '8h': '8 hours',
  '1d': '1 day',
  '3d': '3 days',
  '7d': '7 days',
};
const USES = [1, 2, 5, 10, 25, 50, 100] as const;

/** Whether policy lets approvers give one with this request. */
export function isStandingOffered({ approval, status }: RequestRecord): boolean {
  return status === 'pending' && approval?.standing !== undefined;
}

export function standingView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  const offer = record.approval?.standing;
  const what = summary(record, mentions);
  if (record.status !== 'pending' || offer === undefined) return modal(TITLE, [...what, footer(record)]);
  const durations = Object.keys(DURATIONS).filter(
    text => (durationMs(text) ?? 0) <= (durationMs(offer.max_duration) ?? 0),
  );
  const uses = [...USES.filter(count => count < offer.max_uses), offer.max_uses];
  return modal(
    TITLE,
    [
      ...what,
      scopeBlock(record, offer.any_params === true),
      choice(DURATION_INPUT, 'For how long?', durations.length > 0 ? durations : [offer.max_duration]),
      choice(USES_INPUT, 'For how many more requests?', uses.map(String), count => `up to ${count}`),
      reasonInput(whyLabel(record, 'approve'), needsReason(record, 'approve')),
      footer(record),
    ],
    { name: 'standing', submit: 'Approve', about },
  );
}

/** Exactly what would pass, in words: nobody should have to guess how far their yes reaches. */
function scopeBlock({ submission, service, approval }: RequestRecord, anyParams: boolean): KnownBlock {
  const needed = approval?.stages.reduce((sum, { quorum }) => sum + quorum, 0) ?? 0;
  const { action, resource, user, actor } = submission;
  const who = actor === undefined ? user.id : `${actor.id} for ${user.id}`;
  const name = (text: string) => words(shown(text, 120).text, { code: true });
  return richText(
    section(
      words(`Approves this request and later ${anyParams ? 'ones like it' : 'identical ones'} from `),
      name(service.id),
      words(' for '),
      name(who),
      words(': '),
      name(action),
      words(' '),
      name(`${resource.type} ${resource.id}`),
      words(anyParams ? ', whatever their parameters.' : ', with the parameters above.'),
      ...(needed > 1 ? [words(' Every approver has to choose it; the shortest choice counts.')] : []),
      words(' Policy is still checked each time. Anyone in the directory can end it.'),
    ),
  );
}

function choice(
  id: string,
  label: string,
  values: readonly string[],
  wordsOf = (value: string) => DURATIONS[value] ?? value,
): InputBlock {
  const options = values.map(value => ({ text: plain(wordsOf(value)), value }));
  const [first] = options;
  return {
    type: 'input',
    block_id: id,
    label: plain(label),
    element: {
      type: 'static_select',
      action_id: id,
      options,
      ...(first === undefined ? {} : { initial_option: first }),
    },
  };
}
