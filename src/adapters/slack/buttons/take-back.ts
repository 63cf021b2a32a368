// Take back…, on a resolved card: a modal that confirms, and what is left of the approval ends in the name of whoever clicked.

import { present } from '../../../domain/present.ts';
import { refusalSentence } from '../../../domain/refusal.ts';
import { buttonFile } from '../button.ts';
import { NOT_RECORDED, refusalText } from '../cards/refusal-note.ts';
import { canBeTakenBack, TAKE_BACK, TAKE_BACK_TITLE, takeBackView } from '../cards/take-back.ts';
import { recalled } from '../cards/views.ts';
import { admit, clickedCard } from '../clicks/admission.ts';
import { evidenceOf } from '../clicks/ballot.ts';
import { open } from '../clicks/modals.ts';
import { type Acknowledge, answerForm, type Outcome } from '../clicks/submit.ts';
import { type ClickWorld, observeTrouble } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

export const takeBack = buttonFile({
  name: TAKE_BACK,
  onCard: { label: 'Take back…', isShown: canBeTakenBack },
  press,
  submit,
});

async function press(world: ClickWorld, gesture: Gesture): Promise<void> {
  const card = await clickedCard(world, gesture);
  if (card === undefined) return;
  await open(world, gesture, card, TAKE_BACK_TITLE, record => takeBackView(record, card, world.mentions));
}

/** Who may is asked at the form, whoever it was opened for. */
async function submit(world: ClickWorld, gesture: Gesture, acknowledge: Acknowledge): Promise<void> {
  const admission = await admit(world, gesture, recalled(gesture.value));
  const work =
    admission.kind === 'refusal'
      ? { isDone: false, says: refusalText(admission) }
      : takenBack(world, gesture, admission.about.id);
  await answerForm(world, gesture, acknowledge, TAKE_BACK_TITLE, work);
}

async function takenBack(world: ClickWorld, gesture: Gesture, id: string): Promise<Outcome> {
  const { account, reason } = gesture;
  try {
    const evidence = evidenceOf(gesture);
    const reply = await world.takeBack({ id, account, evidence, ...present({ reason }) });
    return reply.kind === 'refusal'
      ? { isDone: false, says: refusalSentence(reply) }
      : { isDone: true, says: 'The approval is taken back.' };
  } catch (error) {
    const message = `The approval of ${id} could not be taken back, and whoever clicked was told so. Check the store.`;
    observeTrouble(world, error, 'take_back_failed', message);
    return { isDone: false, says: NOT_RECORDED };
  }
}
