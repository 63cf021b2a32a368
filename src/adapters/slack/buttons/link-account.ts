// Link account… and Unlink, in the Home tab: the same as typing it after /approvals.
import { buttonFile } from '../button.ts';
import { LINK_ACCOUNT, LINK_TITLE, linkView } from '../cards/home-who.ts';
import { NOT_RECORDED, plainNote, refusalText } from '../cards/refusal-note.ts';
import { admit } from '../clicks/admission.ts';
import { TOO_LATE } from '../clicks/modals.ts';
import { type Acknowledge, answerForm } from '../clicks/submit.ts';
import { type ClickWorld, observeTrouble } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';
import { callerOf, type Linking, link, unlink } from '../linking.ts';

export const linkAccount = buttonFile({ name: LINK_ACCOUNT, press: openForm, submit });
export const unlinkAccount = buttonFile({ name: 'unlink_account', press: end });

async function openForm({ slack, tell }: ClickWorld, gesture: Gesture): Promise<void> {
  const opening = slack.interactive.views.open({ trigger_id: gesture.triggerId ?? '', view: linkView() });
  await opening.catch(() => tell(gesture, plainNote(TOO_LATE)));
}

async function submit(world: ClickWorld, gesture: Gesture, acknowledge: Acknowledge): Promise<void> {
  const work = during(world, gesture, () => link(world, callerOf(gesture), gesture.reason ?? ''));
  await answerForm(world, gesture, acknowledge, LINK_TITLE, work);
}

async function end(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { says } = await during(world, gesture, () => unlink(world, callerOf(gesture)));
  await world.tell(gesture, plainNote(says));
}

/** Nothing is done by a gesture that is not of now, nor said to be done where nothing could be recorded. */
async function during(world: ClickWorld, gesture: Gesture, act: () => Promise<Linking>): Promise<Linking> {
  const admission = await admit(world, gesture, { id: gesture.account });
  if (admission.kind === 'refusal') return { isDone: false, says: refusalText(admission) };
  try {
    return await act();
  } catch (error) {
    const message = 'A Slack account could not be linked or unlinked, and whoever asked was told so. Check the store.';
    observeTrouble(world, error, 'link_failed', message);
    return { isDone: false, says: NOT_RECORDED };
  }
}
