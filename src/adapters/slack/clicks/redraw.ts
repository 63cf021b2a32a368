// Makes a clicked message equal a record that is final.
import { isResolved } from '../../../domain/lifecycle.ts';
import { isShown, type RequestRecord } from '../../../domain/record.ts';
import type { CardValue } from '../cards/card-value.ts';
import type { Gesture } from '../gesture.ts';
import { type ClickWorld, observeTrouble } from './world.ts';

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
