// Told to the one who clicked: why it did not count, and who was faster where somebody was.
import type { Refusal } from '../../../domain/refusal.ts';
import { refusalSentence, refuse, whatHappened } from '../../../domain/refusal.ts';
import { shown } from '../../../domain/visible.ts';
import { fallbackText } from '../escape.ts';
import { type KnownBlock, richText, section, words } from './blocks.ts';
import { outcomeElements, outcomeSentence } from './outcome.ts';
import type { Mentions } from './people.ts';

export const NOT_RECORDED = 'This could not be saved, so nothing was counted. Please try again in a moment.';

const TOO_LATE = whatHappened(refuse('already_resolved'));

/** One plain sentence or two, for places without blocks. */
export function refusalText(refusal: Refusal): string {
  const { record } = refusal;
  if (record !== undefined && record.status !== 'pending') {
    return `${TOO_LATE} ${outcomeSentence(record)}`;
  }
  return shown(refusalSentence(refusal), 240).text;
}

export function refusalNote(refusal: Refusal, mentions: Mentions): { text: string; blocks: KnownBlock[] } {
  const { record } = refusal;
  const isLate = record !== undefined && record.status !== 'pending';
  const elements = isLate
    ? [words(`${TOO_LATE} `), ...outcomeElements(record, mentions)]
    : [words(shown(refusalSentence(refusal), 600).text)];
  return { text: fallbackText(refusalText(refusal)), blocks: [richText(section(...elements))] };
}

export function plainNote(sentence: string): { text: string; blocks: KnownBlock[] } {
  return { text: fallbackText(sentence), blocks: [richText(section(words(sentence)))] };
}
