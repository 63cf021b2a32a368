// What a replay found, as plain data: the terminal, the JSON file and the page are three views of it.
import type { Difference, outcomeOf } from '../../domain/comparison.ts';

export type Outcome = ReturnType<typeof outcomeOf>;

export type Counted = {
  readonly count: number;
  /** Ids of a few requests to look at. */
  readonly examples: readonly string[];
};

/** Submissions that were answered `from` and would be answered `to`. */
export type Flow = Counted & { readonly from: Outcome; readonly to: Outcome; readonly difference: Difference };

/** Requests that need people, by the week of their submission. */
export type Week = {
  /** Its Monday, `2026-11-23`. */
  readonly week: string;
  readonly requests: number;
  readonly recorded: number;
  readonly candidate: number;
};

/** Votes that somebody cast, and how many of them the candidate would count otherwise. */
export type PersonVotes = {
  readonly person: string;
  readonly votes: number;
  /** Counted then, not counted by the candidate. */
  readonly lost: number;
  readonly gained: number;
  /** Why, in policy's codes. */
  readonly codes: readonly string[];
  readonly examples: readonly string[];
};

/** One kind of difference: which action, at which step, and the rules that spoke then and that speak now. */
export type Behind = Counted & {
  readonly action: string;
  readonly phase: string;
  readonly difference: Difference;
  readonly from: Outcome;
  readonly to: Outcome;
  readonly rulesThen: readonly string[];
  readonly rulesNow: readonly string[];
  /** How the people that are asked for differ, in words. */
  readonly asks: readonly string[];
};

export type Tallied = {
  readonly decisions: number;
  /** Of these, how many were asked with digests in the place of sensitive values. */
  readonly masked: number;
  readonly skipped: { readonly no_question: number; readonly no_submission: number; readonly unreadable: number };
  /** RFC 3339; absent when nothing was replayed. */
  readonly period?: { readonly first: string; readonly last: string };
  readonly differences: Readonly<Record<Difference, Counted>>;
  readonly phases: { readonly [phase: string]: Readonly<Record<Difference, number>> };
  readonly flows: readonly Flow[];
  readonly weeks: readonly Week[];
  readonly people: readonly PersonVotes[];
  /** The most frequent first. */
  readonly behind: readonly Behind[];
  /** Differences of kinds beyond those in `behind`. */
  readonly unlisted: number;
};

/** Milliseconds, measured one question at a time. */
export type Times = { readonly p50: number; readonly p99: number; readonly samples: number };

export type Speed = {
  readonly candidate: Times;
  /** What the candidate is held against; absent where there is neither. */
  readonly against?: 'base' | 'recorded';
  /** The policies of today, asked by turns with the candidate. */
  readonly base?: Times;
  /** What was recorded of the same questions, on the machine and under the load of then. */
  readonly recorded?: Times;
  readonly isSlower: boolean;
};

export type Report = Tallied & {
  readonly report: 'countersign-replay';
  readonly version: 1;
  readonly candidate: { readonly policies: string; readonly revision?: string };
  readonly source: string;
  readonly speed: Speed;
  readonly tookMs: number;
};

export const failures = ['loosened', 'tightened', 'changed_approvers', 'undefined', 'broken', 'slower'] as const;
/** What `--fail-on` can name. */
export type Failing = (typeof failures)[number];

/** Why a finding cannot be said to be absent: no decision was replayed, or there is nothing to hold times against. */
export type Unshown = 'nothing' | 'no_times';

/** Which of the named findings there are, or why that was not shown. */
export function failingOf(report: Report, failOn: readonly Failing[]): readonly (Failing | Unshown)[] {
  if (failOn.length === 0) return [];
  if (report.decisions === 0) return ['nothing'];
  const { against, isSlower } = report.speed;
  if (failOn.includes('slower') && against === undefined) return ['no_times'];
  return failOn.filter(name => (name === 'slower' ? isSlower : report.differences[name].count > 0));
}

/** How many submissions went from one outcome to another, or differ although the outcome is the same. */
export function moved(report: Tallied, from: Outcome, to: readonly Outcome[]): Counted {
  const flows = report.flows.filter(
    flow => flow.from === from && to.includes(flow.to) && (from !== flow.to || flow.difference !== 'same'),
  );
  return {
    count: flows.reduce((sum, flow) => sum + flow.count, 0),
    examples: flows.flatMap(({ examples }) => examples).slice(0, 3),
  };
}

/** Requests a week that need people: then, and with the candidate. */
export function pagesPerWeek({ weeks }: Tallied): { readonly recorded: number; readonly candidate: number } {
  const mean = (pick: (week: Week) => number) =>
    weeks.length === 0 ? 0 : weeks.reduce((sum, week) => sum + pick(week), 0) / weeks.length;
  return { recorded: mean(week => week.recorded), candidate: mean(week => week.candidate) };
}
