// The findings for a terminal: what changed first, then for whom, then why.
import { differences } from '../../domain/comparison.ts';
import { pagesPerWeek, type Report } from './report.ts';
import {
  approvalFindings,
  DIFFERENCE,
  heldAgainst,
  milliseconds,
  OUTCOME,
  percent,
  skippedLines,
  whole,
} from './words.ts';

/** A row's cells and, for a heading, nothing else. Text of others is in it: the screen makes it harmless. */
export type Block = { readonly title: string; readonly rows: readonly (readonly string[])[] };

const SHOWN = 10;

export function blocksOf(report: Report): readonly Block[] {
  return [summary(report), approvals(report), voters(report), causes(report), speed(report)].filter(
    ({ rows }) => rows.length > 0,
  );
}

function summary(report: Report): Block {
  const { decisions } = report;
  const rows = differences.map(name => {
    const { count, examples } = report.differences[name];
    const shown =
      name === 'same' || count === 0 ? DIFFERENCE[name].what : `${DIFFERENCE[name].what}: ${first(examples)}`;
    return [DIFFERENCE[name].name, whole(count), percent(count, decisions), shown];
  });
  return { title: `${whole(decisions)} decisions`, rows };
}

function approvals(report: Report): Block {
  const rows = approvalFindings(report).filter(({ count }) => count > 0);
  const pages = pagesPerWeek(report);
  const weeks = report.weeks.length;
  return {
    title: 'Requests and people',
    rows: [
      ...rows.map(({ what, count, examples }) => [whole(count), `${what}: ${first(examples)}`]),
      ...(weeks === 0
        ? []
        : [[pages.candidate.toFixed(1), `requests a week that need people; they were ${pages.recorded.toFixed(1)}`]]),
    ],
  };
}

function voters({ people }: Report): Block {
  return {
    title: 'Votes that would count otherwise',
    rows: cut(people).map(({ person, votes, lost, gained, codes, examples }) => [
      person,
      `${lost} of ${votes} lost`,
      gained === 0 ? '' : `${gained} gained`,
      `${codes.join(', ')} ${first(examples)}`.trim(),
    ]),
  };
}

function causes({ behind, unlisted }: Report): Block {
  const rows = cut(behind).map(
    ({ count, action, phase, from, to, difference, rulesThen, rulesNow, asks, examples }) => [
      whole(count),
      action,
      phase,
      DIFFERENCE[difference].name,
      from === to ? OUTCOME[from] : `${OUTCOME[from]} → ${OUTCOME[to]}`,
      [changed(rulesThen.join(', '), rulesNow.join(', ')), ...asks].join('; '),
      first(examples),
    ],
  );
  const rest = behind.slice(SHOWN).reduce((sum, { count }) => sum + count, unlisted);
  return { title: 'Behind the differences', rows: rest === 0 ? rows : [...rows, [whole(rest), 'of other kinds']] };
}

function speed({ speed, tookMs, decisions }: Report): Block {
  const { candidate, base, recorded, isSlower } = speed;
  const row = (name: string, times: typeof base) =>
    times === undefined || times.samples === 0
      ? []
      : [[name, `p50 ${milliseconds(times.p50)}`, `p99 ${milliseconds(times.p99)}`, `${times.samples} questions`]];
  const took = `${(tookMs / 1_000).toFixed(1)} s for all of it`;
  return {
    title: `${isSlower ? 'The candidate is slower' : 'Time to answer'}, ${heldAgainst(speed)}`,
    rows: [
      ...row('candidate', candidate),
      ...row('today', base),
      ...row('recorded', recorded),
      ...(decisions === 0 ? [] : [['replay', took]]),
    ],
  };
}

/** What the terminal says at the end, in one line each. */
export const notesOf = skippedLines;

function changed(before: string, after: string): string {
  return before === after ? after : `${before || '–'} → ${after || '–'}`;
}

function first(examples: readonly string[]): string {
  return examples[0] === undefined ? '' : `e.g. ${examples[0]}`;
}

function cut<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, SHOWN);
}
