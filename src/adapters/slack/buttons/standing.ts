// Approve future requests too…: a form with how long and how often, and then a vote.
import { buttonFile } from '../button.ts';
import { isApprovable } from '../cards/decidable.ts';
import { isStandingOffered, standingView } from '../cards/standing.ts';
import { opens, TITLES } from '../clicks/modals.ts';
import { votes } from '../clicks/submit.ts';

export const standing = buttonFile({
  name: 'standing',
  onCard: {
    label: 'Approve future requests too…',
    isShown: (record, isWhole) => isWhole && isApprovable(record) && isStandingOffered(record),
  },
  press: opens(TITLES.standing, (record, card, { mentions }) => standingView(record, card, mentions)),
  submit: votes('standing'),
});
