// A request that waits, as a row of the Home tab: the card in short, with the card's own buttons. What does not fit is reviewed.
import { type Digest, digestOf } from '../../../domain/canonical.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened, shown } from '../../../domain/visible.ts';
import { rowOf } from '../buttons.ts';
import { type KnownBlock, quote, richText, section, words } from './blocks.ts';
import { urgency } from './card-content.ts';
import { cardNotes } from './card-notes.ts';
import { cardValue } from './card-value.ts';
import { factLines } from './fact-lines.ts';
import { groupsBeside } from './facts.ts';
import type { Mentions } from './people.ts';
import { requester } from './requester.ts';
import { HOME_STAGES, ruleLines, stageLines } from './stages.ts';
import { subject } from './words.ts';

export type HomeRow = {
  readonly blocks: readonly KnownBlock[];
  /** Of the blocks with no value in their buttons: what an approver was shown. */
  readonly hash: Digest;
  /** Everything that the requester sent stands in it; otherwise there is no Approve. */
  readonly isWhole: boolean;
};

/** Bytes of UTF-8: a phone shows a row without scrolling. */
const BUDGET = { facts: 500, mostFacts: 10, lines: 6, reason: 200, subject: 200 } as const;
const LAYOUT = '\n';

export function homeRow(record: RequestRecord, mentions: Mentions): HomeRow {
  const { submission } = record;
  const title = shown(subject(submission), BUDGET.subject);
  const who = requester(record, mentions);
  const reason = shown((submission.reason ?? '').trim(), BUDGET.reason, LAYOUT, BUDGET.lines);
  // What the subject says in full needs no line of its own.
  const groups = groupsBeside(submission, `: ${title.text}`, BUDGET.mostFacts).map(group => ({
    ...group,
    isFlowing: true,
  }));
  const facts = factLines(groups, { bytes: BUDGET.facts, facts: BUDGET.mostFacts, lines: BUDGET.lines });
  const isWhole = who.isWhole && facts.isWhole && reason.isWhole;
  const unseen = title.unseen + who.unseen + facts.unseen + reason.unseen;
  const rules = ruleLines(record, HOME_STAGES);
  const notes = cardNotes(record, { isWhole, unseen, left: facts.left });
  const stages = stageLines(record, mentions, HOME_STAGES);
  const lead = [words(title.text, { bold: true }), words('\n'), ...urgency(record), words('\n'), ...who.elements];
  const text = richText(
    section(...lead),
    ...(reason.text === '' ? [] : [quote(words(reason.text))]),
    ...facts.blocks.flatMap(({ elements }) => elements),
    ...(rules.length === 0 ? [] : [section(...rules)]),
    ...(notes.length === 0 ? [] : [section(words(notes.join('\n'), { italic: true }))]),
    ...(stages.length === 0 ? [] : [section(...stages)]),
  );
  const withButtons = (value: string): KnownBlock[] => [
    text,
    { type: 'actions', block_id: `waiting.${record.id}`, elements: rowOf(record, isWhole, value) },
  ];
  const hash = digestOf(withButtons(''));
  return { blocks: withButtons(cardValue(record.id, hash)), hash, isWhole };
}

/** For lists in which nothing is decided. */
export function shortSubject(record: RequestRecord): string {
  return shortened(subject(record.submission), BUDGET.subject);
}
