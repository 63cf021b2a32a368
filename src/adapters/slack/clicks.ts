// What each button and each form of ours leads to. A new one is a file in clicks/ and a line here.
import { CLOSE_REVIEW } from './cards/after-review.ts';
import type { ClickName } from './cards/blocks.ts';
import { TAKE_BACK } from './cards/take-back.ts';
import type { Form } from './cards/views.ts';
import { approve } from './clicks/approve.ts';
import { closeReview, submitReview } from './clicks/close-review.ts';
import { deny, details, review, standing } from './clicks/modals.ts';
import { revokeStanding } from './clicks/revoke-standing.ts';
import { type Submission, submit } from './clicks/submit.ts';
import { submitTakeBack, takeBack } from './clicks/take-back.ts';
import { turnPage } from './clicks/turn-page.ts';
import type { Click } from './clicks/world.ts';

export const CLICKS: Readonly<Record<ClickName, Click>> = {
  approve,
  deny,
  review,
  details,
  standing,
  close_review: closeReview,
  take_back: takeBack,
  revoke_standing: revokeStanding,
  page_next: turnPage,
  page_back: turnPage,
};

/** By the callback id of the form. */
export const SUBMISSIONS: Readonly<Record<Form | typeof CLOSE_REVIEW | typeof TAKE_BACK, Submission>> = {
  approve: votes('approve'),
  deny: votes('deny'),
  review: votes('review'),
  standing: votes('standing'),
  [CLOSE_REVIEW]: submitReview,
  [TAKE_BACK]: submitTakeBack,
};

function votes(form: Form): Submission {
  return (world, gesture, acknowledge) => submit(world, form, gesture, acknowledge);
}
