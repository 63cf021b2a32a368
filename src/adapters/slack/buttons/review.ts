// Review…: where the card cannot show everything, all of it is read first, and approved there.
import { buttonFile } from '../button.ts';
import { isDecidable } from '../cards/decidable.ts';
import { openReview } from '../clicks/modals.ts';
import { votes } from '../clicks/submit.ts';

export const review = buttonFile({
  name: 'review',
  onCard: {
    label: 'Review…',
    spoken: 'Review',
    isShown: (record, isWhole) => isDecidable(record) && !isWhole,
  },
  press: openReview,
  submit: votes('review'),
});
