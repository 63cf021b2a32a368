// A rehearsal in words: what policy said and why, who is awaited, and what became of each vote.
import { durationMs } from '../../domain/duration.ts';
import { type RequestRecord, timestamp } from '../../domain/record.ts';
import type { Rule, Rules } from '../../workbench/policy/rules.ts';
import { toldWord } from '../../workbench/rehearsal/compare.ts';
import type { Performance } from '../../workbench/rehearsal/rehearse.ts';
import { aligned, plain } from '../screen.ts';

/** Policy's reasons, each with the rule that gave it and what policies say of that rule. */
export function reasonLines({ decision, resolution, status }: RequestRecord, rules?: Rules): string[] {
  const reasons = decision?.reasons ?? [];
  const rows = reasons.map(({ code, message, rule }) => [code, message ?? '', rule ?? ''].map(plain));
  const lines = aligned(rows, '  ').flatMap((line, i) => [line, ...ruleLines(rules?.of(reasons[i]?.rule ?? ''))]);
  // What kept policy's answer from being carried out is not among its reasons.
  const why = resolution?.reason === undefined || (rows.length > 0 && status !== 'failed') ? [] : [resolution.reason];
  return rows.length + why.length === 0 ? [] : ['reasons', ...lines, ...why.map(text => `  ${plain(text)}`)];
}

function ruleLines(rule: Rule | undefined): string[] {
  if (rule === undefined) return [];
  const labels = Object.entries(rule.labels).map(([label, value]) => `${label} ${value}`);
  return [[rule.title, ...labels, rule.place].filter(Boolean).join(' · '), rule.description ?? '']
    .filter(text => text !== '')
    .map(text => `    ${plain(text)}`);
}

export function awaitedLines({ approval, status }: RequestRecord): string[] {
  if (approval === undefined || status !== 'pending') return [];
  const rows = approval.stages.map(({ id, have, quorum, open, approvers }) => [
    plain(id),
    `${have} of ${quorum}`,
    `${approvers.map(({ type, id: who }) => plain(`${type} ${who}`)).join(', ')}${open === false ? ' (not open yet)' : ''}`,
  ]);
  return ['waits for', ...aligned(rows, '  ')];
}

/** What happened, step by step: when, what came of it, and what was told because of it. */
export function storyLines(texts: readonly string[], { asked, scenes }: Performance): string[] {
  if (scenes.length === 0) return [];
  const rows = scenes.map(({ at, verdict, words, record, told }, i) => [
    `+${elapsed(at - asked.at)}`,
    plain(texts[i] ?? ''),
    plain(verdict ?? ''),
    plain([words ?? record.status, ...told.map(toldWord)].join(' · ')),
  ]);
  return ['story', ...aligned(rows, '  ')];
}

function elapsed(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m` : `${hours}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
}

/** What comes with the answer: further people, further duties, and when. */
export function termLines(record: RequestRecord): string[] {
  const { approval, decision, submittedAt, expiresAt } = record;
  const at = (after: string) => timestamp(Date.parse(submittedAt) + (durationMs(after) ?? 0));
  const {
    escalate,
    remind_after = [],
    excluded = [],
    waivers = [],
    channel,
    severity,
    surfaces,
    reason_required,
  } = approval ?? {};
  const grant = decision?.grant;
  const rows: (readonly [string, string | undefined])[] = [
    ['channel', channel],
    ['severity', severity],
    ['surfaces', surfaces?.join(', ')],
    ['reason', reason_required],
    ['expires', approval === undefined ? undefined : expiresAt],
    ...remind_after.map(after => ['reminder', at(after)] as const),
    ['escalates', escalate === undefined ? undefined : `${at(escalate.after)} ${escalate.channel ?? ''}`.trim()],
    ...excluded.map(({ user, code }) => ['excluded', `${user} (${code})`] as const),
    ...waivers.map(({ code, message }) => ['waived', message ?? code] as const),
    ...(decision?.obligations ?? []).map(
      ({ type, ...more }) => ['obligation', `${type} ${JSON.stringify(more)}`] as const,
    ),
    [
      'grant',
      grant === undefined
        ? undefined
        : `${grant.ttl ?? '5m'}, ${(grant.max_uses ?? 1) === 1 ? 'once' : `${grant.max_uses} times`}`,
    ],
  ];
  const present = rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, plain(text)]]));
  return present.length === 0 ? [] : ['terms', ...aligned(present, '  ')];
}
