// An Approve click: a vote at once, or first the form where words are wanted, or the review where the card shows too little.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened } from '../../../domain/visible.ts';
import { buttonFile } from '../button.ts';
import { approveView } from '../cards/answer-views.ts';
import { plain } from '../cards/blocks.ts';
import { content } from '../cards/card-content.ts';
import { isApprovable } from '../cards/decidable.ts';
import { NOT_RECORDED, plainNote, refusalNote } from '../cards/refusal-note.ts';
import { askerOf, subject } from '../cards/words.ts';
import { clickedCard } from '../clicks/admission.ts';
import { vote } from '../clicks/ballot.ts';
import { open, openReview, TITLES } from '../clicks/modals.ts';
import { redraw } from '../clicks/redraw.ts';
import { votes } from '../clicks/submit.ts';
import { type ClickWorld, read } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

export const approve = buttonFile({
  name: 'approve',
  onCard: {
    label: 'Approve',
    style: 'primary',
    spoken: 'Approve',
    isShown: (record, isWhole) => isWhole && isApprovable(record),
    again,
  },
  press,
  submit: votes('approve'),
});

async function press(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { mentions } = world;
  const card = await clickedCard(world, gesture);
  if (card === undefined) return;
  const record = await read(world, card.id);
  if (record === 'unreadable') return world.tell(gesture, plainNote(NOT_RECORDED));
  if (record?.status === 'pending' && !content(record, mentions).isWhole) return openReview(world, gesture);
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

/** One tap at night must not be all that production needs; where a form follows, that is the second look. */
function again(record: RequestRecord) {
  const { approval, submission } = record;
  const isGrave = GRAVE.has((approval?.severity ?? '').toLowerCase());
  if (!(approval?.confirm ?? isGrave) || needsReason(record, 'approve')) return undefined;
  const text = `${shortened(subject(submission), 150)}\nRequested by ${shortened(askerOf(submission), 80)}.`;
  return { title: plain('Approve this?'), text: plain(text), confirm: plain('Approve'), deny: plain('Cancel') };
}

const GRAVE: ReadonlySet<string> = new Set(['high', 'critical']);
