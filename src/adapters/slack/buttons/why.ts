// Why?, in the menu of a card: how it comes that it waits, or ended as it did. It decides nothing.
import { buttonFile } from '../button.ts';
import { plainNote } from '../cards/refusal-note.ts';
import { WHY, whyView } from '../cards/why.ts';
import { opens } from '../clicks/modals.ts';
import type { ClickWorld } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

const press = opens(WHY, (record, _card, { mentions }) => whyView(record, mentions));

/** The same as a shortcut on any message: one that is no card says so. */
export async function whyOf(world: ClickWorld, gesture: Gesture): Promise<void> {
  if (gesture.value === undefined) return world.tell(gesture, plainNote(NO_CARD));
  await press(world, gesture);
}

const NO_CARD = 'This message is not the card of a request. Choose Why? on the card itself.';

export const why = buttonFile({
  name: 'why',
  onMenu: { label: WHY, isShown: () => true },
  press,
});
