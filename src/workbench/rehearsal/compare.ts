// What a scenario expects, side by side with what happened; one row for each thing that was expected.
import type { Approver } from '../../domain/decision.ts';
import type { Effect } from '../../domain/effect.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Expected, ExpectedOfStep } from './expected.ts';
import type { Performance, Scene } from './rehearse.ts';
import type { Scenario } from './scenario.ts';

export type Row = {
  /** `status`, `have`, or `step 2, bob approves: counted`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly isMet: boolean;
};

/** Every expectation of the scenario: of its steps in turn, then of the end. */
export function compared(scenario: Scenario, { asked, scenes, record }: Performance): readonly Row[] {
  const ofSteps = scenario.story.flatMap(({ text, expect }, i) => {
    const scene = scenes[i];
    if (expect === undefined || scene === undefined) return [];
    const rows = [...verdictRows(expect, scene), ...rowsOf(expect, scene.record, scene.told)];
    return rows.map(row => ({ ...row, what: `step ${i + 1}, ${text}: ${row.what}` }));
  });
  const told = [asked, ...scenes].flatMap(scene => scene.told);
  return [...ofSteps, ...rowsOf(scenario.expect, record, told)];
}

function verdictRows(expect: ExpectedOfStep, { verdict, isRefused }: Scene): Row[] {
  return [
    ...(expect.counted === undefined ? [] : [same('counted', String(expect.counted), String(!isRefused))]),
    ...(expect.verdict === undefined ? [] : [same('verdict', expect.verdict, verdict ?? NONE)]),
  ];
}

function rowsOf(expect: Expected, record: RequestRecord, told: readonly Effect[]): Row[] {
  const { approval, decision, resolution } = record;
  const reasons = decision?.reasons ?? [];
  const stages = approval?.stages ?? [];
  const awaited =
    record.status === 'pending' ? stages.filter(({ open, have, quorum }) => open !== false && have < quorum) : [];
  const words = [...reasons.map(({ message }) => message), resolution?.reason, record.policyChange?.words];
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
    exactly('approvers', expect.approvers, namesOf(stages)),
    exactly('waits_for', expect.waits_for, namesOf(awaited)),
    quoted(
      'why',
      expect.why,
      words.filter(text => text !== undefined),
    ),
    word('reminders', expect.reminders?.toString(), String(record.reminders)),
    word('escalated', expect.escalated?.toString(), String(record.escalatedAt !== undefined)),
    word('review', expect.review, reviewWord(record)),
    word('standing', expect.standing, standingWord(record)),
    among('told', expect.told, told.map(toldWord)),
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

function namesOf(stages: readonly { readonly approvers: readonly Approver[] }[]): string[] {
  return stages.flatMap(({ approvers }) => approvers.map(({ type, id }) => `${type} ${id}`));
}

function reviewWord({ review }: RequestRecord): 'none' | 'open' | 'closed' {
  if (review === undefined) return 'none';
  return review.closed === undefined ? 'open' : 'closed';
}

/** What became of a standing approval: this request passed under one, or its approvers gave one. */
function standingWord({ standing, gaveStanding }: RequestRecord): 'none' | 'given' | 'ended' | 'used' {
  if (standing !== undefined) return 'used';
  if (gaveStanding === undefined) return 'none';
  return gaveStanding.revoked === undefined ? 'given' : 'ended';
}

/** The name of what is told: a remark's own word, a notice with its channel where it names one. */
export function toldWord(effect: Effect): string {
  switch (effect.kind) {
    case 'remark_line':
      return effect.says;
    case 'notice':
      return [effect.says ?? 'notice', effect.channel].filter(Boolean).join(' ');
    default:
      return effect.kind;
  }
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

/** Each of these is a part of something that people read. */
function quoted(what: string, expected: readonly string[] | undefined, actual: readonly string[]): Row | undefined {
  if (expected === undefined) return undefined;
  const isMet = expected.every(part => actual.some(text => text.includes(part)));
  return { what, expected: expected.join(' · '), actual: actual.join(' · ') || NONE, isMet };
}

function exactly(what: string, expected: readonly string[] | undefined, actual: readonly string[]): Row | undefined {
  return expected === undefined ? undefined : same(what, listed(expected), listed(actual));
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : [...new Set(texts)].sort().join(', ');
}
