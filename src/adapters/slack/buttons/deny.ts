// Deny…: a form with the reason, and then a vote.

import { buttonFile } from '../button.ts';
import { denyView } from '../cards/answer-views.ts';
import { isDecidable } from '../cards/decidable.ts';
import { opens, TITLES } from '../clicks/modals.ts';
import { votes } from '../clicks/submit.ts';

export const deny = buttonFile({
  name: 'deny',
  onCard: { label: 'Deny…', style: 'danger', spoken: 'Deny', isShown: isDecidable },
  press: opens(TITLES.deny, (record, card, { mentions }) => denyView(record, card, mentions)),
  submit: votes('deny'),
});
