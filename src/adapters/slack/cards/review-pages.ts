// All that the requester sent in pieces that fit a block, and these in pages that fit a modal. Nothing is left out.
import type { RequestRecord } from '../../../domain/record.ts';
import { spelt } from '../../../domain/visible.ts';
import { asWord, type Fact, factGroups } from './facts.ts';

/** Characters in one preformatted block; Slack takes 3,000 in most text objects. */
const CHUNK = 2_800;
/** Blocks of text on one page: together below the 10,000 characters that are safe. */
const CHUNKS_A_PAGE = 2;
/** Headings and labels weigh too. */
const LABELS_A_PAGE = 30;

/** A group's title keeps a parameter called "Resource" from passing for the resource. */
export type Piece = { readonly title: string; readonly label: string; readonly text: string; readonly isHidden?: true };

type Titled = Fact & { readonly title: string };

/** Page after page of the pieces of all that was sent; at least one page. */
export function reviewPages(record: RequestRecord): Piece[][] {
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

function allFacts({ submission, owner, service }: RequestRecord): Titled[] {
  const { user, actor, reason } = submission;
  const line = (label: string, value: string): Titled =>
    value.includes('\n')
      ? { title: '', label, value, isBlock: true }
      : { title: '', label, value: asWord(value), isBlock: false };
  const all = factGroups(submission).flatMap(({ title, facts }) => facts.map(fact => ({ ...fact, title })));
  return [
    line('Requested by', user.id),
    ...(actor === undefined ? [] : [line('Actor', actor.id), line('Kind of actor', actor.type)]),
    ...(owner === undefined ? [] : [line('Owner of the actor', owner)]),
    line('Through the service', service.id),
    ...all.filter(({ title }) => title === ''),
    ...(reason === undefined || reason === '' ? [] : [line('Reason', reason)]),
    ...all.filter(({ title }) => title !== ''),
  ];
}

/** A fact in pieces that fit a block; unseen characters are spelt out, nothing is left out. */
function piecesOf({ title, label, value, isBlock, isHidden }: Titled): Piece[] {
  const hidden = isHidden === true ? { isHidden } : {};
  const text = spelt(value, isBlock ? '\n\t' : '');
  const names = chunks(spelt(label), CHUNK);
  const name = names.at(-1) ?? '';
  const parts = chunks(text === '' ? '""' : text, CHUNK);
  return [
    ...names.slice(0, -1).map((part): Piece => ({ title, label: 'Name of the next value', text: part })),
    ...parts.map((part, i) => ({
      ...hidden,
      title,
      label: i === 0 ? name.slice(-200) : `${name.slice(-200)} (continued)`,
      text: part,
    })),
  ];
}

/** Pieces of at most `size` UTF-16 units, never between the halves of a pair. */
function chunks(text: string, size: number): string[] {
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
