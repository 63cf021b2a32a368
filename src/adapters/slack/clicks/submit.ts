// A submitted form: a vote, answered inside the modal within the time that Slack gives, or later by an update of it.
import type { ViewResponseAction } from '@slack/bolt';
import { within } from '../../../contract/time.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { VoteReply } from '../../../flow/ports.ts';
import { plainNote, refusalText } from '../cards/refusal-note.ts';
import { type Form, REASON_INPUT, recalled, tellingView } from '../cards/views.ts';
import type { Gesture } from '../gesture.ts';
import { admit } from './admission.ts';
import { type Unrecorded, vote, whyNot } from './ballot.ts';
import { TITLES } from './modals.ts';
import type { ClickWorld } from './world.ts';

export type Acknowledge = (answer?: ViewResponseAction) => Promise<void>;

export type Submission = (world: ClickWorld, gesture: Gesture, acknowledge: Acknowledge) => Promise<void>;

/** Slack waits three seconds for the answer to a form. */
const FORM_PATIENCE_MS = 1_800;

/** What became of a form, in words for whoever submitted it. */
export type Outcome = { readonly isDone: boolean; readonly says: string; readonly channel?: string | undefined };

/** A form by which people vote. */
export function votes(form: Form): Submission {
  return (world, gesture, acknowledge) => submit(world, form, gesture, acknowledge);
}

async function submit(world: ClickWorld, form: Form, gesture: Gesture, acknowledge: Acknowledge): Promise<void> {
  const admission = await admit(world, gesture, recalled(gesture.value));
  const voting =
    admission.kind === 'refusal'
      ? { isDone: false, says: refusalText(admission) }
      : vote(world, gesture, admission.about, form === 'deny' ? 'deny' : 'approve').then(outcomeOf);
  await answerForm(world, gesture, acknowledge, TITLES[form], voting);
}

/** Answers inside the modal within the time that Slack gives, or later by an update of it. */
export async function answerForm(
  world: ClickWorld,
  gesture: Gesture,
  acknowledge: Acknowledge,
  title: string,
  work: Outcome | Promise<Outcome>,
): Promise<void> {
  const working = Promise.resolve(work);
  const early = await within(working, FORM_PATIENCE_MS);
  if (early !== undefined) return acknowledge(early.isDone ? { response_action: 'clear' } : sayingWhy(early.says));
  await acknowledge({ response_action: 'update', view: tellingView(title, 'Recording your answer…') });
  const { isDone, says, channel } = await working;
  await world.slack.interactive.views
    .update({ view_id: gesture.view?.id ?? '', view: tellingView(title, says) })
    .catch(() => (isDone ? undefined : world.tell(gesture, plainNote(says), channel)));
}

function outcomeOf(reply: VoteReply | Unrecorded): Outcome {
  if (reply.kind === 'counted') return { isDone: true, says: 'Your answer is recorded.' };
  return { isDone: false, says: whyNot(reply), channel: channelOf(reply) };
}

/** Every form of ours has the reason field, so every refusal can be told under it. */
function sayingWhy(text: string): ViewResponseAction {
  return { response_action: 'errors', errors: { [REASON_INPUT]: text } };
}

function channelOf(reply: Refusal | Unrecorded): string | undefined {
  return reply.kind === 'refusal' ? reply.record?.cards[0]?.channel : undefined;
}
