// Everything that the requester sent, unabridged, page after page. Approve waits on the last one.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened } from '../../../domain/visible.ts';
import { whyLabel } from './answer-views.ts';
import { button, buttons, context, type KnownBlock, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import { isApprovable } from './decidable.ts';
import { groupElements } from './fact-lines.ts';
import type { Mentions } from './people.ts';
import { type Piece, reviewPages } from './review-pages.ts';
import { CARD_STAGES, stageLines } from './stages.ts';
import { type ModalView, modal, reasonInput, remembered } from './views.ts';
import { subject } from './words.ts';

const SHORT = 100;

/** `page` starts at 1; a page that does not exist is the nearest one that does. */
export function reviewView(record: RequestRecord, about: CardValue, mentions: Mentions, page: number): ModalView {
  const pages = reviewPages(record);
  const at = Math.min(Math.max(1, Math.trunc(page) || 1), pages.length);
  const isLast = at === pages.length;
  const body = pageBlocks(pages[at - 1] ?? []);
  const blocks: KnownBlock[] = [
    richText(
      section(
        words(shortened(subject(record.submission), 300), { bold: true }),
        words(`\nPage ${at} of ${pages.length}`),
      ),
    ),
    ...body,
    context(`${record.id} · ${record.digest}`),
  ];
  const turns = [
    ...(at > 1 ? [turn('Back', at - 1, about)] : []),
    ...(isLast ? [] : [turn(`Next (${at + 1} of ${pages.length})`, at + 1, about)]),
  ];
  if (turns.length > 0) blocks.push(buttons(...turns));
  if (!isLast || !isApprovable(record))
    return { ...modal('Review request', blocks), private_metadata: remembered(about) };
  const stages = stageLines(record, mentions, CARD_STAGES);
  if (stages.length > 0) blocks.push(richText(section(...stages)));
  blocks.push(reasonInput(whyLabel(record, 'approve'), needsReason(record, 'approve')));
  return modal('Review request', blocks, { name: 'review', submit: 'Approve', about });
}

/** Which page a turn leads to. */
export function pageOf(value: string | undefined): number {
  return Number(value?.split('.')[2] ?? '1') || 1;
}

function turn(label: string, page: number, { id, card }: CardValue) {
  const click = label === 'Back' ? 'page_back' : 'page_next';
  return button({ label, click, value: `${id}.${card.slice('sha256:'.length)}.${page}` });
}

/** Each group under its title; short values share a block, line by line, long ones have one of their own. */
function pageBlocks(pieces: readonly Piece[]): KnownBlock[] {
  const titles = [...new Set(pieces.map(({ title }) => title))];
  return titles.map(title => {
    const lines = pieces
      .filter(piece => piece.title === title)
      .map(({ text, title: _, ...piece }) => ({ ...piece, value: text, isBlock: isLong(text) }));
    return richText(...groupElements(title, lines));
  });
}

function isLong(text: string): boolean {
  return text.length > SHORT || text.includes('\n');
}
