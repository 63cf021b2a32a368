// The words in which a replay's findings are told, the same on the terminal and on the page.
import type { Difference } from '../../domain/comparison.ts';
import { moved, type Outcome, type Report, type Speed } from './report.ts';

export const DIFFERENCE: Readonly<Record<Difference, { readonly name: string; readonly what: string }>> = {
  same: { name: 'same', what: 'the same may happen, with the same people' },
  loosened: { name: 'loosened', what: 'passes more easily, or passes at all' },
  tightened: { name: 'tightened', what: 'passes less easily, or no more' },
  changed_approvers: { name: 'changed approvers', what: 'people are needed as before, but others' },
  undefined: { name: 'undefined', what: 'the candidate has no answer' },
  broken: { name: 'broken', what: 'the candidate cannot be evaluated or is in error' },
};

export const OUTCOME: Readonly<Record<Outcome, string>> = {
  allow: 'allowed',
  require_approval: 'needs people',
  deny: 'denied',
  error: 'in error',
  broken: 'no answer',
};

export type Finding = { readonly what: string; readonly count: number; readonly examples: readonly string[] };

const REFUSED: readonly Outcome[] = ['deny', 'error', 'broken'];

/** What changes for people: requests that gain or lose the need for them. */
export function approvalFindings(report: Report): readonly Finding[] {
  return [
    { what: 'needed people, would be automatic', ...moved(report, 'require_approval', ['allow']) },
    { what: 'were automatic, would need people', ...moved(report, 'allow', ['require_approval']) },
    {
      what: 'still need people, but a different number or different ones',
      ...moved(report, 'require_approval', ['require_approval']),
    },
    { what: 'needed people, would be refused', ...moved(report, 'require_approval', REFUSED) },
    { what: 'were automatic, would be refused', ...moved(report, 'allow', REFUSED) },
    { what: 'were denied, would need people', ...moved(report, 'deny', ['require_approval']) },
    { what: 'were denied, would be automatic', ...moved(report, 'deny', ['allow']) },
  ];
}

/** What was not asked again, and why. */
export function skippedLines({ skipped, masked }: Report): readonly string[] {
  return [
    [skipped.no_question, 'not replayable: recorded by a version that did not keep the question'],
    [skipped.no_submission, 'not replayable: their submission is not in what was read'],
    [skipped.unreadable, 'not replayable: of a newer version, or not in the form in which decisions are recorded'],
    [masked, 'masked: asked with digests in the place of sensitive values'],
  ].flatMap(([count, words]) => (Number(count) > 0 ? [`${whole(Number(count))} ${words}`] : []));
}

/** What the candidate's times were compared with, and what that is worth. */
export function heldAgainst({ against }: Pick<Speed, 'against'>): string {
  if (against === 'base') return "compared with today's policies, asked in turns on this machine";
  if (against === 'recorded') return 'compared with the recorded times (other hardware and load)';
  return 'compared with nothing: no times are recorded; --base compares with the policies of today';
}

export function whole(count: number): string {
  return count.toLocaleString('en-US');
}

export function percent(part: number, all: number): string {
  if (all === 0 || part === 0) return '0 %';
  const share = (100 * part) / all;
  return share < 0.1 ? '< 0.1 %' : `${share.toFixed(share < 10 ? 1 : 0)} %`;
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}
