// A submitted form: a vote, answered inside the modal within the time that Slack gives, or later by an update of it.
import type { ViewResponseAction } from '@slack/bolt';
import type { Refusal } from '../../../domain/refusal.ts';
import type { VoteReply } from '../../../flow/ports.ts';
import { plainNote, refusalText } from '../cards/refusal-note.ts';
import { type Form, REASON_INPUT, recalled, tellingView } from '../cards/views.ts';
import type { Gesture } from '../gesture.ts';
import { within } from '../opening.ts';
import { type Unrecorded, vote, whyNot } from './ballot.ts';
import { admit } from './door.ts';
import { TITLES } from './modals.ts';
import type { ClickWorld } from './world.ts';

export type Acknowledge = (answer?: ViewResponseAction) => Promise<void>;

/** Slack waits three seconds for the answer to a form. */
const FORM_PATIENCE_MS = 1_800;

export async function submit(world: ClickWorld, form: Form, gesture: Gesture, acknowledge: Acknowledge): Promise<void> {
  const admission = await admit(world, gesture, recalled(gesture.value));
  if (admission.kind === 'refusal') return acknowledge(sayingWhy(refusalText(admission)));
  const voting = vote(world, gesture, admission.card, form === 'deny' ? 'deny' : 'approve');
  const early = await within(voting, FORM_PATIENCE_MS);
  if (early !== undefined) return acknowledge(answerOf(early));
  const waiting = tellingView(TITLES[form], 'Recording your answer…');
  await acknowledge({ response_action: 'update', view: waiting });
  const late = await voting;
  const text = late.kind === 'counted' ? 'Your answer is recorded.' : whyNot(late);
  await world.slack.interactive.views
    .update({ view_id: gesture.view?.id ?? '', view: tellingView(TITLES[form], text) })
    .catch(() => (late.kind === 'counted' ? undefined : world.tell(gesture, plainNote(text), channelOf(late))));
}

function answerOf(reply: VoteReply | Unrecorded): ViewResponseAction {
  return reply.kind === 'counted' ? { response_action: 'clear' } : sayingWhy(whyNot(reply));
}

/** Every form of ours has the reason field, so every refusal can be told under it. */
function sayingWhy(text: string): ViewResponseAction {
  return { response_action: 'errors', errors: { [REASON_INPUT]: text } };
}

function channelOf(reply: Refusal | Unrecorded): string | undefined {
  return reply.kind === 'refusal' ? reply.record?.cards[0]?.channel : undefined;
}
