// Clicks that open a modal about the request. Nothing is decided yet.
import type { ModalView } from '@slack/types';
import type { RequestRecord } from '../../../domain/record.ts';
import type { CardValue } from '../cards/card-value.ts';
import { plainNote } from '../cards/refusal-note.ts';
import { reviewView } from '../cards/review.ts';
import type { Gesture } from '../gesture.ts';
import { clickedCard } from './admission.ts';
import { openFor } from './opening.ts';
import { redraw } from './redraw.ts';
import type { Click, ClickWorld } from './world.ts';

export const TITLES = {
  approve: 'Approve request',
  deny: 'Deny request',
  review: 'Review request',
  details: 'Request details',
  standing: 'Standing approval',
} as const;

export const TOO_LATE = 'The form could not be opened in time, so nothing was counted. Please click again.';

/** All of the request, page by page; what the card cannot show whole is approved here. */
export const openReview = opens(TITLES.review, (record, card, { mentions }) => reviewView(record, card, mentions, 1));

export function opens(
  title: string,
  content: (record: RequestRecord, card: CardValue, world: ClickWorld) => ModalView,
): Click {
  return async (world, gesture) => {
    const card = await clickedCard(world, gesture);
    if (card !== undefined) await open(world, gesture, card, title, record => content(record, card, world));
  };
}

export async function open(
  world: ClickWorld,
  gesture: Gesture,
  card: CardValue,
  title: string,
  content: (record: RequestRecord) => ModalView,
): Promise<void> {
  const opened = await openFor(world, gesture, card.id, title, content);
  if (opened.kind === 'too_late') await world.tell(gesture, plainNote(TOO_LATE));
  if (opened.kind === 'open' && opened.record !== undefined) await redraw(world, gesture, card, opened.record);
}
