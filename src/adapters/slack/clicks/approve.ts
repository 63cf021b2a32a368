// An Approve click: a vote at once, or first the form where words are wanted, or the review where the card shows too little.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { approveView } from '../cards/answer-views.ts';
import { NOT_RECORDED, plainNote, refusalNote } from '../cards/refusal-note.ts';
import { requestCard } from '../cards/request-card.ts';
import type { Gesture } from '../gesture.ts';
import { vote } from './ballot.ts';
import { clickedCard } from './door.ts';
import { open, review, TITLES } from './modals.ts';
import { redraw } from './redraw.ts';
import { type ClickWorld, read } from './world.ts';

export async function approve(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { mentions } = world;
  const card = await clickedCard(world, gesture);
  if (card === undefined) return;
  const record = await read(world, card.id);
  if (record === 'unreadable') return world.tell(gesture, plainNote(NOT_RECORDED));
  if (record?.status === 'pending' && !requestCard(record, mentions).isWhole) return review(world, gesture);
  const asksWhy = (shown: RequestRecord) => approveView(shown, card, mentions);
  if (record?.status === 'pending' && needsReason(record, 'approve')) {
    return open(world, gesture, card, TITLES.approve, asksWhy);
  }
  const reply = await vote(world, gesture, card, 'approve');
  if (reply.kind === 'refusal' && reply.code === 'reason_required') {
    return open(world, gesture, card, TITLES.approve, asksWhy);
  }
  if (reply.kind === 'unrecorded') await world.tell(gesture, plainNote(NOT_RECORDED));
  if (reply.kind === 'refusal') await world.tell(gesture, refusalNote(reply, mentions));
  if (reply.kind !== 'unrecorded' && reply.record !== undefined) await redraw(world, gesture, card, reply.record);
}
