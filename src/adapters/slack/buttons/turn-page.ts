// Turns the page of a review that is open.
import { refuse } from '../../../domain/refusal.ts';
import { buttonFile } from '../button.ts';
import { parseCardValue } from '../cards/card-value.ts';
import { NOT_RECORDED, refusalNote } from '../cards/refusal-note.ts';
import { pageOf, reviewView } from '../cards/review.ts';
import { tellingView } from '../cards/views.ts';
import { TITLES } from '../clicks/modals.ts';
import { type ClickWorld, read } from '../clicks/world.ts';
import { slackWord } from '../failures.ts';
import type { Gesture } from '../gesture.ts';

export const pageNext = buttonFile({ name: 'page_next', press });
export const pageBack = buttonFile({ name: 'page_back', press });

async function press(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { slack, mentions, observe } = world;
  const [id = '', hex = ''] = (gesture.value ?? '').split('.');
  const card = parseCardValue(`${id}.${hex}`);
  const { view } = gesture;
  if (card === undefined || view === undefined) {
    return world.tell(gesture, refusalNote(refuse('unknown_request'), mentions));
  }
  const record = await read(world, card.id);
  const page =
    record === 'unreadable' || record === undefined
      ? tellingView(TITLES.review, NOT_RECORDED)
      : reviewView(record, card, mentions, pageOf(gesture.value));
  await slack.interactive.views.update({ view_id: view.id, hash: view.hash, view: page }).catch(error => {
    // Somebody turned the page twice at once: the first turn stands.
    if (slackWord(error) !== 'hash_conflict') observe?.(notShown(error));
  });
}

function notShown(error: unknown) {
  const message = `A page could not be shown: ${slackWord(error) ?? 'no answer from Slack'}.`;
  return { kind: 'trouble', where: 'slack', code: 'page_not_shown', message } as const;
}
