// Remind approvers and Cancel request, at one's own request in the Home tab.
import { REQUEST_ID } from '../../../domain/request-id.ts';
import { buttonFile } from '../button.ts';
import { NOT_RECORDED, plainNote, refusalNote } from '../cards/refusal-note.ts';
import { admit } from '../clicks/admission.ts';
import { evidenceOf } from '../clicks/ballot.ts';
import { type AsideReply, type Click, type ClickWorld, observeTrouble } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

export const remind = buttonFile({
  name: 'remind',
  press: does('The approvers are reminded, below the card.', (world, call) => world.asides.nudge(call)),
});

export const cancelOwn = buttonFile({
  name: 'cancel_own',
  press: does(undefined, (world, call) => world.cancel(call)),
});

type Call = ReturnType<typeof callOf>;

/** `done` is said where nothing else shows that it is. */
function does(done: string | undefined, act: (world: ClickWorld, call: Call) => Promise<AsideReply>): Click {
  return async (world, gesture) => {
    const { value = '' } = gesture;
    const admission = await admit(world, gesture, REQUEST_ID.test(value) ? { id: value } : undefined);
    if (admission.kind === 'refusal') return world.tell(gesture, refusalNote(admission, world.mentions));
    const reply = await recorded(world, () => act(world, callOf(gesture, admission.about.id)));
    if (reply === undefined) return world.tell(gesture, plainNote(NOT_RECORDED));
    if (reply.kind === 'refusal') return world.tell(gesture, refusalNote(reply, world.mentions));
    if (done !== undefined) await world.tell(gesture, plainNote(done));
  };
}

async function recorded(world: ClickWorld, act: () => Promise<AsideReply>): Promise<AsideReply | undefined> {
  try {
    return await act();
  } catch (error) {
    const message =
      'What somebody pressed at their own request could not be done, and they were told so. Check the store.';
    observeTrouble(world, error, 'own_failed', message);
    return undefined;
  }
}

function callOf(gesture: Gesture, id: string) {
  return { id, account: gesture.account, key: `${gesture.name}_${id}`, evidence: evidenceOf(gesture) };
}
