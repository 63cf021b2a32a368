// Shapes shared by our modals: the frame, the reason input, what a modal remembers.
import type { InputBlock, ModalView } from '@slack/types';
import { type KnownBlock, plain, richText, section, words } from './blocks.ts';
import { type CardValue, cardValue, parseCardValue } from './card-value.ts';

export type { ModalView };

/** The forms by which people vote; the callback ids of their modals. */
export type Form = 'approve' | 'deny' | 'review' | 'standing';

export const REASON_INPUT = 'reason';
const MOST_REASON = 1_000;

export function modal(
  title: string,
  blocks: KnownBlock[],
  form?: { readonly name: Form; readonly submit: string; readonly about: CardValue },
): ModalView {
  return {
    type: 'modal',
    title: plain(title),
    close: plain(form === undefined ? 'Close' : 'Cancel'),
    blocks,
    ...(form === undefined
      ? {}
      : { submit: plain(form.submit), callback_id: form.name, private_metadata: remembered(form.about) }),
  };
}

/** A modal remembers which request and which card it came from, and nothing else. */
export function remembered({ id, card }: CardValue): string {
  return cardValue(id, card);
}

export const recalled = parseCardValue;

/** Free text: nothing about it is required but that it is there. */
export function reasonInput(label: string, isRequired: boolean): InputBlock {
  return {
    type: 'input',
    block_id: REASON_INPUT,
    label: plain(label),
    optional: !isRequired,
    element: { type: 'plain_text_input', action_id: REASON_INPUT, multiline: true, max_length: MOST_REASON },
  };
}

/** What a modal shows while the request is being read. */
export function skeletonView(title: string): ModalView {
  return modal(title, [richText(section(words('Reading the request…', { italic: true })))]);
}

/** A modal that only tells something. */
export function tellingView(title: string, ...paragraphs: string[]): ModalView {
  return modal(title, [richText(section(words(paragraphs.join('\n'))))]);
}
