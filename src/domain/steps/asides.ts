// Steps of what is said about a pending request and is no answer: a question, a hand-over, a reminder by whoever asked.
import { absorb } from '../absorbed.ts';
import { type Aside, LONGEST_ASIDE, MOST_ASIDES, MOST_NUDGES, NUDGE_EVERY_MS } from '../aside.ts';
import type { ChainedEvent } from '../audit/events.ts';
import type { Evidence } from '../audit/evidence.ts';
import { callsTo } from '../called.ts';
import { change, type StepResult, unchanged } from '../change.ts';
import type { Effect } from '../effect.ts';
import type { Roster } from '../eligible.ts';
import { present } from '../present.ts';
import { type RequestRecord, timestamp } from '../record.ts';
import { type Refusal, refuse } from '../refusal.ts';

export type Said = {
  readonly by: string;
  /** Names the gesture: the same one delivered twice is said once. */
  readonly key: string;
  readonly evidence: Evidence;
};

/** Whoever is asked wants to know something of whoever asked. */
export function questioned(record: RequestRecord, { text, ...said }: Said & { readonly text: string }, now: number) {
  const question = cut(text);
  if (question === '') return refuse('question_required', record);
  const { by, evidence } = said;
  const event: ChainedEvent = { event: 'questioned', at: timestamp(now), by, question, evidence };
  return aside(record, said, now, { kind: 'question', text: question }, event);
}

/** Whoever is asked would rather have somebody else decide. */
export function handedOver(
  record: RequestRecord,
  { to, text, ...said }: Said & { readonly to: string; readonly text?: string },
  now: number,
): StepResult {
  const reason = cut(text ?? '') || undefined;
  const { by, evidence } = said;
  const event: ChainedEvent = { event: 'handed_over', at: timestamp(now), by, to, reason, evidence };
  return aside(record, said, now, { kind: 'handover', to, ...present({ text: reason }) }, event);
}

/** Whoever asked reminds those whose answer is awaited. */
export function nudged(
  record: RequestRecord,
  said: Said,
  now: number,
  { membersOf }: Pick<Roster, 'membersOf'>,
): StepResult {
  const before = (record.asides ?? []).filter(({ kind }) => kind === 'nudge');
  const last = before.at(-1);
  if (record.absorbed.includes(said.key)) return unchanged(record);
  if (before.length >= MOST_NUDGES) return refuse('nudged_enough', record);
  if (last !== undefined && now < Date.parse(last.at) + NUDGE_EVERY_MS) return refuse('nudged_lately', record);
  const { by, evidence } = said;
  const event: ChainedEvent = { event: 'nudged', at: timestamp(now), by, evidence };
  return aside(record, said, now, { kind: 'nudge' }, event, callsTo(record, membersOf));
}

type Kind = Aside extends infer Each ? (Each extends Aside ? Omit<Each, 'by' | 'at'> : never) : never;

function aside(
  record: RequestRecord,
  { by, key }: Said,
  now: number,
  what: Kind,
  event: ChainedEvent,
  calls: readonly Effect[] = [],
): StepResult {
  if (record.absorbed.includes(key)) return unchanged(record);
  const refusal = unsayable(record);
  if (refusal !== undefined) return refusal;
  const asides = record.asides ?? [];
  const said = { ...what, by, at: timestamp(now) } as Aside;
  const patch = { asides: [...asides, said], absorbed: absorb(record.absorbed, key) };
  const told: Effect[] = what.kind === 'nudge' ? [] : [{ kind: 'aside_message', aside: asides.length }];
  return change(record, patch, [event], [{ kind: 'aside_line', aside: asides.length }, ...told, ...calls]);
}

function unsayable(record: RequestRecord): Refusal | undefined {
  if (record.status !== 'pending') return refuse('already_resolved', record);
  if (record.approval === undefined) return refuse('not_asked', record);
  return (record.asides ?? []).length >= MOST_ASIDES ? refuse('too_many_asides', record) : undefined;
}

function cut(text: string): string {
  return text.trim().slice(0, LONGEST_ASIDE).toWellFormed();
}
