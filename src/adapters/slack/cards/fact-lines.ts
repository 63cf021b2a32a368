// Facts as lines within a budget that is shared fairly: a long value cannot push a later one out of sight.
import type { RichTextBlock } from '@slack/types';
import { shown } from '../../../domain/visible.ts';
import {
  preformatted,
  type RichTextBlockElement,
  type RichTextElement,
  richText,
  type Style,
  section,
  words,
} from './blocks.ts';
import type { Fact, FactGroup } from './facts.ts';

export type FactLines = {
  readonly blocks: readonly RichTextBlock[];
  readonly isWhole: boolean;
  readonly unseen: number;
  /** Facts that did not even get a line. */
  readonly left: number;
};

export type Budget = {
  readonly bytes: number;
  readonly facts: number /** Of a value in a block of its own. */;
  readonly lines: number;
};

const LABEL_BYTES = 48;
/** Separators around a line. */
const LINE_BYTES = 6;
const LEAST_VALUE_BYTES = 28;
const LAYOUT = '\n\t';
/** A longer value has a line of its own. */
const FLOWING = 40;

export type Line = {
  readonly label: string;
  readonly value: string;
  readonly isBlock: boolean;
  readonly isHidden?: true;
};

export function factLines(groups: readonly FactGroup[], budget: Budget): FactLines {
  const all = groups.flatMap(group => group.facts);
  const shownFacts = all.slice(0, budget.facts);
  const labels = shownFacts.map(fact => shown(fact.label, LABEL_BYTES));
  const titles = groups.reduce((sum, { title }) => sum + title.length, 0);
  const spent = labels.reduce((sum, { text }) => sum + Buffer.byteLength(text) + LINE_BYTES, titles);
  const needs = shownFacts.map(fact => Buffer.byteLength(shownValue(fact, budget.bytes, budget.lines).text));
  const shares = fairShares(needs, Math.max(0, budget.bytes - spent));
  let unseen = 0;
  const left = all.length - shownFacts.length + groups.reduce((sum, group) => sum + group.left, 0);
  let isWhole = left === 0;
  const lines = new Map<Fact, Line>();
  shownFacts.forEach((fact, i) => {
    const value = shownValue(fact, Math.max(shares[i] ?? 0, LEAST_VALUE_BYTES), budget.lines);
    const label = labels[i] ?? { text: '', isWhole: false, unseen: 0 };
    unseen += value.unseen + label.unseen;
    isWhole &&= value.isWhole && label.isWhole;
    lines.set(fact, { ...fact, label: label.text, value: value.text });
  });
  const blocks = groups.flatMap(group => {
    const own = group.facts.flatMap(fact => lines.get(fact) ?? []);
    return own.length === 0 ? [] : [richText(...groupElements(group.title, own, group.isFlowing))];
  });
  return { blocks, isWhole, unseen, left };
}

function shownValue({ value, isBlock }: Fact, maxBytes: number, maxLines: number) {
  return isBlock ? shown(value, maxBytes, LAYOUT, maxLines) : shown(value, maxBytes);
}

/** What each gets of a total: the modest get what they need, the greedy share what remains. */
export function fairShares(needs: readonly number[], total: number): number[] {
  const order = needs.map((need, i) => ({ need, i })).sort((a, b) => a.need - b.need);
  const shares = needs.map(() => 0);
  let left = total;
  order.forEach(({ need, i }, place) => {
    const share = Math.min(need, Math.floor(left / (order.length - place)));
    shares[i] = share;
    left -= share;
  });
  return shares;
}

/** Single lines together in one section, or short ones one after the other; a block value under its label. */
export function groupElements(title: string, lines: readonly Line[], isFlowing = false): RichTextBlockElement[] {
  const elements: RichTextBlockElement[] = [];
  const heading: RichTextElement[] = title === '' ? [] : [words(title, { bold: true })];
  const flows = isFlowing && lines.every(({ value, isBlock }) => !isBlock && value.length <= FLOWING);
  let open = heading;
  const newline = () => (open.length === 0 ? [] : [words(flows ? (open === heading ? '  ' : ' · ') : '\n')]);
  for (const { label, value, isBlock, isHidden } of lines) {
    if (isBlock) {
      elements.push(section(...open, ...newline(), words(label)), preformatted(value));
      open = [];
    } else {
      // What was sent stands as code or as it is, never in italics.
      const style: Style = isHidden === true ? { bold: true, italic: true } : { code: true };
      open = [...open, ...newline(), words(`${label}  `), words(value, style)];
    }
  }
  return open.length === 0 ? elements : [...elements, section(...open)];
}
