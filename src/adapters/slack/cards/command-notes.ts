// What commands answer, to whoever typed them alone.
import type { RequestRecord } from '../../../domain/record.ts';
import { fallbackText } from '../escape.ts';
import { context, type KnownBlock, moment, type RichTextElement, richText, section, words } from './blocks.ts';
import { bullets } from './help.ts';
import { shortSubject } from './home-row.ts';
import type { Said } from './lines.ts';
import { outcomeElements } from './outcome.ts';
import type { Mentions } from './people.ts';

type Part = {
  readonly title: string;
  /** What is said where there is none; undefined: nothing is said. */
  readonly none: string | undefined;
  readonly items: readonly RequestRecord[];
  readonly count: number;
};

const WHERE = 'Answer in the app’s Home tab or on the card. /approvals show ID shows one.';

export function listNote(parts: readonly Part[], mentions: Mentions): Said {
  const text = parts.map(({ title, none, count }) => (count === 0 ? (none ?? '') : `${title}: ${count}`)).join(' ');
  const isEmpty = parts.every(({ count }) => count === 0);
  const blocks = parts.flatMap(part => partBlocks(part, mentions));
  return { text: fallbackText(text.trim()), blocks: isEmpty ? blocks : [...blocks, context(WHERE)] };
}

function partBlocks({ title, none, items, count }: Part, mentions: Mentions): KnownBlock[] {
  if (count === 0) return none === undefined ? [] : [richText(section(words(none)))];
  const left = count - items.length;
  return [
    richText(section(words(`${title} (${count})`, { bold: true }))),
    bullets(items.map(record => section(...line(record, mentions)))),
    ...(left > 0 ? [context(`and ${left} more`)] : []),
  ];
}

function line(record: RequestRecord, mentions: Mentions): RichTextElement[] {
  const stands =
    record.status === 'pending' ? [moment(record.expiresAt, 'decide by ')] : outcomeElements(record, mentions, 100);
  return [words(shortSubject(record)), words(' · '), ...stands, words(' · '), words(record.id, { code: true })];
}
