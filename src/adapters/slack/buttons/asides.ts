// Ask the requester… and Hand over…, in the menu of a card: a form, and then a line in the thread. Neither is a vote.
import type { ModalView } from '@slack/types';
import { slackAccount } from '../../../domain/account.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { refuse } from '../../../domain/refusal.ts';
import { buttonFile } from '../button.ts';
import { ASK_TITLE, askView, HAND_OVER_TITLE, handOverView } from '../cards/asides.ts';
import type { CardValue } from '../cards/card-value.ts';
import { isDecidable } from '../cards/decidable.ts';
import type { Mentions } from '../cards/people.ts';
import { NOT_RECORDED, refusalText } from '../cards/refusal-note.ts';
import { recalled } from '../cards/views.ts';
import { admit } from '../clicks/admission.ts';
import { evidenceOf } from '../clicks/ballot.ts';
import { opens } from '../clicks/modals.ts';
import { answerForm, type Outcome, type Submission } from '../clicks/submit.ts';
import { type AsideReply, type ClickWorld, observeTrouble } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

export const ask = buttonFile({
  name: 'ask',
  onMenu: { label: 'Ask the requester…', isShown: isDecidable },
  press: opens(ASK_TITLE, content(askView)),
  submit: submits(ASK_TITLE, 'The question is in the thread.', (world, gesture, id) =>
    world.asides.ask({ ...callOf(gesture, id), text: gesture.reason ?? '' }),
  ),
});

export const handOver = buttonFile({
  name: 'hand_over',
  onMenu: { label: 'Hand over…', isShown: isDecidable },
  press: opens(HAND_OVER_TITLE, content(handOverView)),
  submit: submits(HAND_OVER_TITLE, 'It is handed over, in the thread.', async (world, gesture, id) => {
    const { colleague, reason, team } = gesture;
    if (colleague === undefined) return refuse('colleague_not_asked');
    const to = slackAccount(team, colleague);
    return world.asides.handOver({ ...callOf(gesture, id), to, ...(reason === undefined ? {} : { text: reason }) });
  }),
});

function content(view: (record: RequestRecord, card: CardValue, mentions: Mentions) => ModalView) {
  return (record: RequestRecord, card: CardValue, { mentions }: ClickWorld) => view(record, card, mentions);
}

type Say = (world: ClickWorld, gesture: Gesture, id: string) => Promise<AsideReply>;

/** Who may is asked at the form, whoever it was opened for. */
function submits(title: string, done: string, say: Say): Submission {
  return async (world, gesture, acknowledge) => {
    const admission = await admit(world, gesture, recalled(gesture.value));
    const work =
      admission.kind === 'refusal'
        ? { isDone: false, says: refusalText(admission) }
        : said(world, admission.about.id, done, () => say(world, gesture, admission.about.id));
    await answerForm(world, gesture, acknowledge, title, work);
  };
}

async function said(world: ClickWorld, id: string, done: string, say: () => Promise<AsideReply>): Promise<Outcome> {
  try {
    const reply = await say();
    return reply.kind === 'refusal' ? { isDone: false, says: refusalText(reply) } : { isDone: true, says: done };
  } catch (error) {
    const message = `What somebody said about ${id} could not be written down, and they were told so. Check the store.`;
    observeTrouble(world, error, 'aside_failed', message);
    return { isDone: false, says: NOT_RECORDED };
  }
}

function callOf(gesture: Gesture, id: string) {
  return { id, account: gesture.account, key: `${gesture.name}_${id}`, evidence: evidenceOf(gesture) };
}
