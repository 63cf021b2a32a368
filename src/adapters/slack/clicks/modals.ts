// Clicks that open a modal about the request: to deny, to review, to look, to approve for a while. Nothing is decided yet.
import type { ModalView } from '@slack/types';
import type { RequestRecord } from '../../../domain/record.ts';
import { denyView } from '../cards/answer-views.ts';
import type { CardValue } from '../cards/card-value.ts';
import { detailsView } from '../cards/details.ts';
import { plainNote } from '../cards/refusal-note.ts';
import { reviewView } from '../cards/review.ts';
import { standingView } from '../cards/standing.ts';
import type { Gesture } from '../gesture.ts';
import { clickedCard } from './door.ts';
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

export const deny = opens(TITLES.deny, (record, card, { mentions }) => denyView(record, card, mentions));
export const review = opens(TITLES.review, (record, card, { mentions }) => reviewView(record, card, mentions, 1));
export const details = opens(TITLES.details, (record, _card, { mentions }) => detailsView(record, mentions));
export const standing = opens(TITLES.standing, (record, card, { mentions }) => standingView(record, card, mentions));

function opens(
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
