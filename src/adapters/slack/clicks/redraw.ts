// Makes a clicked message equal a record that is final.
import { isResolved } from '../../../domain/lifecycle.ts';
import { isShown, type RequestRecord } from '../../../domain/record.ts';
import type { CardValue } from '../cards/card-value.ts';
import type { Gesture } from '../gesture.ts';
import { type ClickWorld, observeTrouble } from './world.ts';

/** So often the record may have moved on while it was drawn. */
const MOST_DRAWN = 3;

/**
 * A click that came too late was on a card of long ago: it is drawn anew, so that the next click is on what stands now. Drawn
 * again while the record moves on, so that no older state is left standing.
 */
export async function redrawLate(world: ClickWorld, gesture: Gesture, { id, card }: CardValue): Promise<void> {
  const { channel, messageTs } = gesture;
  if (channel === undefined || messageTs === undefined) return;
  let shown: string = card;
  try {
    for (let drawn = 0; drawn < MOST_DRAWN; drawn += 1) {
      const record = await world.find(id);
      if (record === undefined || world.messenger.hashOf(record) === shown) return;
      shown = (await world.messenger.update(record, channel, messageTs)).hash;
    }
  } catch (error) {
    const message = `The card of ${id} could not be drawn anew after a click that came too late.`;
    observeTrouble(world, error, 'redraw_failed', message);
  }
}

/**
 * The clicked message may be a copy that nobody knows of, or one whose update was lost. A pending record is left to the
 * effects, since an older state drawn late would bring its buttons back.
 */
export async function redraw(
  world: ClickWorld,
  gesture: Gesture,
  { card }: CardValue,
  record: RequestRecord,
): Promise<void> {
  const { channel, messageTs } = gesture;
  if (!isResolved(record.status) || channel === undefined || messageTs === undefined) return;
  const current = world.messenger.hashOf(record);
  const known = record.cards.find(shown => shown.channel === channel && shown.ts === messageTs);
  const isBeingDrawn = known !== undefined && !isShown(known, current); // its effect is under way
  if (card === current || card === known?.hash || isBeingDrawn) return;
  try {
    await world.messenger.update(record, channel, messageTs);
  } catch (error) {
    const message = `An old copy of the card of ${record.id} could not be brought up to date.`;
    observeTrouble(world, error, 'redraw_failed', message);
  }
}
