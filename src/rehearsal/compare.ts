// What a scenario expects, side by side with what happened; one row for each thing that was expected.
import type { RequestRecord } from '../domain/record.ts';
import type { Performance } from './rehearse.ts';
import type { Expected, ExpectedOfVote, Scenario } from './scenario.ts';

export type Row = {
  /** `status`, `have`, or `vote 2: counted`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly isMet: boolean;
};

/** Every expectation of the scenario: of its votes in turn, then of the end. */
export function compared(scenario: Scenario, { played, record }: Performance): readonly Row[] {
  const ofVotes = scenario.votes.flatMap(({ expect }, i) => {
    const step = played[i];
    if (expect === undefined || step === undefined) return [];
    const label = (what: string) => `vote ${i + 1}, ${step.answer.by}: ${what}`;
    const own = verdictRows(expect, step);
    return [...own, ...rowsOf(expect, step.record)].map(row => ({ ...row, what: label(row.what) }));
  });
  return [...ofVotes, ...rowsOf(scenario.expect, record)];
}

function verdictRows(expect: ExpectedOfVote, step: Performance['played'][number]): Row[] {
  return [
    ...(expect.counted === undefined ? [] : [same('counted', String(expect.counted), String(step.counted))]),
    ...(expect.verdict === undefined ? [] : [same('verdict', expect.verdict, step.code ?? NONE)]),
  ];
}

function rowsOf(expect: Expected, record: RequestRecord): Row[] {
  const { approval, decision } = record;
  const reasons = decision?.reasons ?? [];
  const stages = approval?.stages ?? [];
  const rows: (Row | undefined)[] = [
    word('outcome', expect.outcome, decision?.outcome),
    word('status', expect.status, record.status),
    word('resolved_by', expect.resolved_by, record.resolution?.by),
    among(
      'code',
      expect.code,
      reasons.map(({ code }) => code),
    ),
    among(
      'rule',
      expect.rule,
      reasons.flatMap(({ rule }) => rule ?? []),
    ),
    exactly(
      'stages',
      expect.stages,
      stages.map(({ id }) => id),
    ),
    exactly(
      'approvers',
      expect.approvers,
      stages.flatMap(({ approvers }) => approvers.map(({ type, id }) => `${type} ${id}`)),
    ),
    exactly(
      'obligations',
      expect.obligations,
      (decision?.obligations ?? []).map(({ type }) => type),
    ),
    word('channel', expect.channel, approval?.channel),
    word('severity', expect.severity, approval?.severity),
    word('expires_in', expect.expires_in, approval?.expires_in),
  ];
  return [...rows.filter(row => row !== undefined), ...haveRows(expect.have, stages)];
}

type Progress = { readonly id: string; readonly have: number; readonly quorum: number };

function haveRows(have: Expected['have'], stages: readonly Progress[]): Row[] {
  const said = (progress: readonly Progress[]) => progress.map(({ have, quorum }) => `${have} of ${quorum}`).join(', ');
  if (have === undefined) return [];
  if (typeof have === 'string') return [same('have', have, said(stages) || NONE)];
  return Object.entries(have).map(([id, wanted]) =>
    same(`have (${id})`, wanted, said(stages.filter(stage => stage.id === id)) || NONE),
  );
}

const NONE = 'none';

function same(what: string, expected: string, actual: string): Row {
  return { what, expected, actual, isMet: expected === actual };
}

function word(what: string, expected: string | undefined, actual: string | undefined): Row | undefined {
  return expected === undefined ? undefined : same(what, expected, actual ?? NONE);
}

function among(what: string, expected: readonly string[] | undefined, actual: readonly string[]): Row | undefined {
  if (expected === undefined) return undefined;
  const isMet = expected.every(text => actual.includes(text));
  return { what, expected: listed(expected), actual: listed(actual), isMet };
}

function exactly(what: string, expected: readonly string[] | undefined, actual: readonly string[]): Row | undefined {
  return expected === undefined ? undefined : same(what, listed(expected), listed(actual));
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : [...new Set(texts)].sort().join(', ');
}
