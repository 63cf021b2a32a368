// Close review…, below an emergency: who may not is told at once, who may gets the form, and the form closes the review.

import { within } from '../../../contract/time.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { REQUEST_ID } from '../../../domain/request-id.ts';
import type { ReviewCheck, ReviewReply } from '../../../flow/ports.ts';
import { buttonFile } from '../button.ts';
import {
  CLOSE_REVIEW,
  CLOSE_REVIEW_TITLE,
  closeReviewView,
  reviewRefusalNote,
  reviewRefusalText,
} from '../cards/after-review.ts';
import { NOT_RECORDED, plainNote } from '../cards/refusal-note.ts';
import { tellingView } from '../cards/views.ts';
import { admit } from '../clicks/admission.ts';
import { evidenceOf } from '../clicks/ballot.ts';
import { TOO_LATE } from '../clicks/modals.ts';
import { openFor } from '../clicks/opening.ts';
import { type Acknowledge, answerForm, type Outcome } from '../clicks/submit.ts';
import { type ClickWorld, observeTrouble } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

/** Whoever may not is told without a form, if that is known in time: Slack opens one only within three seconds. */
const CHECK_MS = 1_000;
const UNRECORDED = 'A click on Close review could not be dealt with, and whoever clicked was told so. Check the store.';

export const closeReview = buttonFile({ name: CLOSE_REVIEW, press, submit });

async function press(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { mentions } = world;
  const admission = await admit(world, gesture, requestIn(gesture));
  if (admission.kind === 'refusal') return world.tell(gesture, reviewRefusalNote(admission, mentions));
  const { id } = admission.about;
  const checking = world.reviews.check(callOf(gesture, id));
  let early: ReviewCheck | undefined;
  try {
    early = await within(checking, CHECK_MS);
  } catch (error) {
    observeTrouble(world, error, 'review_unread', UNRECORDED);
    return world.tell(gesture, plainNote(NOT_RECORDED));
  }
  if (early?.kind === 'refusal') {
    await world.tell(gesture, reviewRefusalNote(early, mentions));
    return redrawNotice(world, gesture, early);
  }
  // What is not known yet is told inside the modal: a form, or why there is none.
  let late: Refusal | undefined;
  const find = async () => {
    const reply = await checking;
    late = reply.kind === 'refusal' ? reply : undefined;
    return reply.record;
  };
  const content = (record: RequestRecord) =>
    late === undefined ? closeReviewView(record, mentions) : tellingView(CLOSE_REVIEW_TITLE, reviewRefusalText(late));
  const opened = await openFor({ ...world, find }, gesture, id, CLOSE_REVIEW_TITLE, content);
  if (opened.kind === 'too_late') await world.tell(gesture, plainNote(TOO_LATE));
}

/** The form is checked anew, whoever it was opened for. */
async function submit(world: ClickWorld, gesture: Gesture, acknowledge: Acknowledge): Promise<void> {
  const admission = await admit(world, gesture, requestIn(gesture));
  const closing = admission.kind === 'refusal' ? outcomeOf(admission) : closed(world, gesture, admission.about.id);
  await answerForm(world, gesture, acknowledge, CLOSE_REVIEW_TITLE, closing);
}

async function closed(world: ClickWorld, gesture: Gesture, id: string): Promise<Outcome> {
  try {
    return outcomeOf(await world.reviews.close({ ...callOf(gesture, id), note: gesture.reason ?? '' }));
  } catch (error) {
    observeTrouble(world, error, 'review_not_closed', UNRECORDED);
    return { isDone: false, says: NOT_RECORDED };
  }
}

function outcomeOf(reply: ReviewReply): Outcome {
  return reply.kind === 'refusal'
    ? { isDone: false, says: reviewRefusalText(reply) }
    : { isDone: true, says: 'The review is closed.' };
}

function callOf(gesture: Gesture, id: string) {
  return { id, account: gesture.account, key: `${gesture.name}_${id}`, evidence: evidenceOf(gesture) };
}

/** The button and the form name the request and nothing else. */
function requestIn({ value }: Gesture): { readonly id: string } | undefined {
  return value !== undefined && REQUEST_ID.test(value) ? { id: value } : undefined;
}

/** A copy that nobody knows of, or one whose update was lost, must not go on asking for what is done. */
async function redrawNotice(
  world: ClickWorld,
  { channel, messageTs: ts }: Gesture,
  { record }: Refusal,
): Promise<void> {
  if (record?.review?.closed === undefined || channel === undefined || ts === undefined) return;
  const known = record.review.messages?.find(message => message.channel === channel && message.ts === ts);
  try {
    await world.messenger.updateNotice(record, known ?? { channel, ts, says: 'notice' });
  } catch (error) {
    observeTrouble(world, error, 'redraw_failed', `An old notice of ${record.id} could not be brought up to date.`);
  }
}
