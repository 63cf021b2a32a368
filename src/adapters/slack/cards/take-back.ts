// The modal that confirms that an approval is taken back, and when there is something of it left to take.
import { usesLeft } from '../../../domain/grant.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { footer, summary } from './answer-views.ts';
import { plain, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import type { Mentions } from './people.ts';
import { type ModalView, modal, reasonInput, remembered } from './views.ts';

export const TAKE_BACK = 'take_back';
export const TAKE_BACK_TITLE = 'Take back approval';

/** Whether an approval stands that can still be used; whether its time is over, the click is told. */
export function canBeTakenBack(record: RequestRecord): boolean {
  return record.status === 'approved' && record.revoked === undefined && usesLeft(record) > 0;
}

/** What would be taken back, and a place for the reason. */
export function takeBackView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  const what = summary(record, mentions);
  if (!canBeTakenBack(record))
    return modal(TAKE_BACK_TITLE, [...what, richText(section(words(whyNot(record)))), footer(record)]);
  const used = record.uses === 0 ? '' : ' What was done with it already stays done.';
  return {
    ...modal(TAKE_BACK_TITLE, [
      ...what,
      richText(section(words(`It can’t be used any more once you take it back.${used}`))),
      reasonInput('Why are you taking it back? The requester will see your answer.', false),
      footer(record),
    ]),
    close: plain('Cancel'),
    submit: plain('Take back'),
    callback_id: TAKE_BACK,
    private_metadata: remembered(about),
  };
}

function whyNot({ status, revoked }: RequestRecord): string {
  if (status !== 'approved') return 'This was not approved, so there is nothing to take back.';
  return revoked === undefined
    ? 'Too late: this approval has already been used.'
    : 'This approval has already been taken back.';
}
