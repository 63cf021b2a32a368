// What a card warns of: unseen characters, what does not fit, hidden values, why nobody can approve it here.
import { whyNobodyCan } from '../../../domain/barred.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { isApprovable, isAskedHere, isBlind, isDecidable } from './decidable.ts';
import { reviewPages } from './review-pages.ts';

/** What keeps this card from being decided as it stands, and by what way it can be; one line each. */
export function cardNotes(
  record: RequestRecord,
  { isWhole, unseen, left }: { isWhole: boolean; unseen: number; left: number },
): string[] {
  const mayDecide = isApprovable(record);
  const stranger = whyNobodyCan(record);
  return [
    ...(unseen > 0 ? [unseenNote(unseen)] : []),
    ...(isWhole
      ? []
      : [
          `⚠ Too long for this card${left > 0 ? `: ${left} more ${left === 1 ? 'value is' : 'values are'} hidden` : ''}. ${mayDecide ? `Open Review to read all of it${pagesOf(record)} and approve.` : isDecidable(record) ? `Open Review to read all of it${pagesOf(record)}.` : 'Open Details to see more.'}`,
        ]),
    ...(isBlind(record)
      ? [
          '⚠ The requester hid values that policy wants shown, so nobody can approve this. They must submit it again with them.',
        ]
      : []),
    ...(stranger === undefined ? [] : [`⚠ ${stranger}`]),
    ...(record.status === 'pending' && !isAskedHere(record) ? ['This cannot be decided in Slack.'] : []),
  ];
}

/** How much there is to read; of what is very long it would take longer to say than a card may. */
function pagesOf(record: RequestRecord): string {
  if (JSON.stringify(record.submission).length > MOST_COUNTED) return '';
  const { length } = reviewPages(record);
  return length === 1 ? '' : ` (${length} pages)`;
}

const MOST_COUNTED = 200_000;

function unseenNote(count: number): string {
  return `⚠ Contains ${count} hidden ${count === 1 ? 'character' : 'characters'}, shown as \\u…`;
}
