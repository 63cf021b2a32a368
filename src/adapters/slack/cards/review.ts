// Everything that the requester sent, unabridged, page after page. Approve waits on the last one.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened, spelt } from '../visible.ts';
import { whyLabel } from './answer-views.ts';
import { button, buttons, context, type KnownBlock, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import { isApprovable } from './decidable.ts';
import { groupElements } from './fact-lines.ts';
import { asWord, type Fact, factGroups } from './facts.ts';
import type { Mentions } from './people.ts';
import { CARD_STAGES, stageLines } from './stages.ts';
import { type ModalView, modal, reasonInput, remembered } from './views.ts';
import { subject } from './words.ts';

/** Characters in one preformatted block; Slack takes 3,000 in most text objects. */
const CHUNK = 2_800;
/** Blocks of text on one page: together below the 10,000 characters that are safe. */
const CHUNKS_A_PAGE = 2;
/** Headings and labels weigh too. */
const LABELS_A_PAGE = 30;
const SHORT = 100;

type Piece = { readonly label: string; readonly text: string; readonly isHidden?: true };

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

function reviewPages(record: RequestRecord): Piece[][] {
  const pages: Piece[][] = [];
  let page: Piece[] = [];
  let chars = 0;
  for (const piece of allFacts(record).flatMap(piecesOf)) {
    const size = piece.text.length + piece.label.length;
    if (page.length > 0 && (chars + size > CHUNK * CHUNKS_A_PAGE || page.length >= LABELS_A_PAGE)) {
      pages.push(page);
      page = [];
      chars = 0;
    }
    page.push(piece);
    chars += size;
  }
  return [...pages, page];
}

function allFacts({ submission, owner, service }: RequestRecord): Fact[] {
  const { user, actor, reason } = submission;
  const line = (label: string, value: string): Fact =>
    value.includes('\n') ? { label, value, isBlock: true } : { label, value: asWord(value), isBlock: false };
  const groups = factGroups(submission).flatMap(({ title, facts }) =>
    facts.map(fact => (title === '' ? fact : { ...fact, label: `${title} › ${fact.label}` })),
  );
  return [
    line('Requested by', user.id),
    ...(actor === undefined ? [] : [line('Actor', actor.id), line('Kind of actor', actor.type)]),
    ...(owner === undefined ? [] : [line('Owner of the actor', owner)]),
    line('Through the service', service.id),
    ...groups,
    ...(reason === undefined || reason === '' ? [] : [line('Reason', reason)]),
  ];
}

/** A fact in pieces that fit a block; unseen characters are spelt out, nothing is left out. */
function piecesOf({ label, value, isBlock, isHidden }: Fact): Piece[] {
  const hidden = isHidden === true ? { isHidden } : {};
  const text = spelt(value, isBlock ? '\n\t' : '');
  const names = chunks(spelt(label), CHUNK);
  const name = names.at(-1) ?? '';
  const parts = chunks(text === '' ? '""' : text, CHUNK);
  return [
    ...names.slice(0, -1).map((part): Piece => ({ label: 'Name of the next value', text: part })),
    ...parts.map((part, i) => ({
      ...hidden,
      label: i === 0 ? name.slice(-200) : `${name.slice(-200)} (continued)`,
      text: part,
    })),
  ];
}

/** Pieces of at most `size` UTF-16 units, never between the halves of a pair. */
export function chunks(text: string, size: number): string[] {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + size);
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

/** Short values share a block, line by line; long ones have one of their own. */
function pageBlocks(pieces: readonly Piece[]): KnownBlock[] {
  const lines = pieces.map(({ text, ...piece }) => ({
    ...piece,
    value: text,
    isBlock: text.length > SHORT || text.includes('\n'),
  }));
  return lines.length === 0 ? [] : [richText(...groupElements('', lines))];
}
