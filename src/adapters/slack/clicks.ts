// Every button of ours by its action id, and what a click on it leads to. A new button is a file in clicks/ and a line here.
import { approve } from './clicks/approve.ts';
import { closeReview } from './clicks/close-review.ts';
import { deny, details, review, standing } from './clicks/modals.ts';
import { revokeStanding } from './clicks/revoke-standing.ts';
import { turnPage } from './clicks/turn-page.ts';
import type { Click } from './clicks/world.ts';

export const CLICKS: { readonly [actionId: string]: Click } = {
  approve,
  deny,
  review,
  details,
  standing,
  close_review: closeReview,
  revoke_standing: revokeStanding,
  page_next: turnPage,
  page_back: turnPage,
};
