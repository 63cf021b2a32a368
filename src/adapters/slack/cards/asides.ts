// What people say about a request that is no answer: a line below its card, a message to whom it is meant for, and the forms for it.
import type { InputBlock } from '@slack/types';
import type { Aside } from '../../../domain/aside.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import { fallbackText } from '../escape.ts';
import { footer, summary } from './answer-views.ts';
import { context, moment, plain, quote, type RichTextElement, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import type { Said } from './lines.ts';
import { doer, type Mentions } from './people.ts';
import { awaitedByAll } from './stages.ts';
import { type ModalView, modal, reasonInput, remembered } from './views.ts';
import { subject } from './words.ts';

export const ASK_TITLE = 'Ask the requester';
export const HAND_OVER_TITLE = 'Hand over';
export const COLLEAGUE_INPUT = 'colleague';

const TEXT_BYTES = 1_200;
const MOST_AWAITED = 12;

/** Whoever it is meant for is mentioned, so that Slack tells them. */
export function asideLine(record: RequestRecord, position: number, mentions: Mentions): Said | undefined {
  const aside = record.asides?.[position];
  if (aside === undefined) return undefined;
  const { elements, said } = sentence(aside, record, mentions);
  const own =
    'text' in aside && aside.text !== undefined ? [quote(words(shown(aside.text, TEXT_BYTES, '\n').text))] : [];
  const text = fallbackText(`${shown(aside.by, 60).text} ${said}: ${subject(record.submission)}`);
  return { text, blocks: [richText(section(...elements), ...own)] };
}

/** The same to them alone, and where the card is. */
export function asideMessage(
  record: RequestRecord,
  position: number,
  mentions: Mentions,
  link: string | undefined,
): Said | undefined {
  const line = asideLine(record, position, mentions);
  if (line === undefined) return undefined;
  const aside = record.asides?.[position];
  const what = aside?.kind === 'handover' ? 'Answer on the card.' : 'Answer in the thread below the card.';
  const open: RichTextElement[] =
    link === undefined ? [] : [words(' '), { type: 'link', url: link, text: 'Open the card' }];
  return {
    text: line.text,
    blocks: [
      richText(section(words(shown(subject(record.submission), 400).text, { bold: true }))),
      ...line.blocks,
      richText(section(moment(record.expiresAt, 'Decide by '), words(`. ${what}`), ...open)),
      context(record.id),
    ],
  };
}

function sentence(aside: Aside, record: RequestRecord, mentions: Mentions) {
  const by = doer(aside.by, mentions);
  switch (aside.kind) {
    case 'question': {
      const whom = doer(record.submission.user.id, mentions);
      return { said: 'asks', elements: [words('❓ '), by, words(' asks '), whom, words(' (this is no vote):')] };
    }
    case 'handover':
      return {
        said: 'hands this over',
        elements: [
          words('🤝 '),
          by,
          words(' hands this over to '),
          doer(aside.to, mentions),
          words(' (this is no vote)'),
        ],
      };
    case 'nudge': {
      const people = awaitedByAll(record, mentions, MOST_AWAITED);
      const until = [words('. '), moment(record.expiresAt, 'Expires '), words('.')];
      const waits = people.length === 0 ? [] : [words(' Still waiting for '), ...people];
      return { said: 'asks again', elements: [words('🔔 '), by, words(' asks again.'), ...waits, ...until] };
    }
    default:
      return aside satisfies never;
  }
}

export function askView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  if (record.status !== 'pending') return modal(ASK_TITLE, [...summary(record, mentions), footer(record)]);
  return form(record, about, mentions, { name: 'ask', title: ASK_TITLE, submit: 'Ask' }, [
    reasonInput('What do you want to know? It is asked in the thread, for everybody to read.', true),
  ]);
}

export function handOverView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  if (record.status !== 'pending') return modal(HAND_OVER_TITLE, [...summary(record, mentions), footer(record)]);
  const colleague: InputBlock = {
    type: 'input',
    block_id: COLLEAGUE_INPUT,
    label: plain('To whom? They must be asked about this as well.'),
    element: { type: 'users_select', action_id: COLLEAGUE_INPUT },
  };
  return form(record, about, mentions, { name: 'hand_over', title: HAND_OVER_TITLE, submit: 'Hand over' }, [
    colleague,
    reasonInput('Why? Everybody in the thread will read it.', false),
  ]);
}

type Frame = { readonly name: 'ask' | 'hand_over'; readonly title: string; readonly submit: string };

function form(
  record: RequestRecord,
  about: CardValue,
  mentions: Mentions,
  { name, title, submit }: Frame,
  inputs: InputBlock[],
): ModalView {
  return {
    ...modal(title, [...summary(record, mentions), ...inputs, footer(record)]),
    close: plain('Cancel'),
    submit: plain(submit),
    callback_id: name,
    private_metadata: remembered(about),
  };
}
