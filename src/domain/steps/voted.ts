// Step: a person answered and policy has judged the answer, or refused it.
import { absorb, isCrowded } from '../absorbed.ts';
import type { ChainedEvent, EventOf } from '../audit/events.ts';
import { policyFacts, type Via, whoFacts } from '../audit/evidence.ts';
import { type Change, change, type StepResult, type Unchanged, unchanged } from '../change.ts';
import type { Decision } from '../decision.ts';
import type { Effect } from '../effect.ts';
import type { Roster } from '../eligible.ts';
import { floor } from '../floor.ts';
import type { PolicyInput } from '../policy-input.ts';
import { type PolicyEvidence, type RequestRecord, timestamp } from '../record.ts';
import { codeFrom, type Refusal, type RefusalCode, refuse } from '../refusal.ts';
import { type Vote, wishOf } from '../vote.ts';
import type { Who } from '../who.ts';
import { decided } from './decided.ts';

export type Voted = {
  /** What policy was asked: all votes so far, and this one last. */
  readonly input: PolicyInput;
  /** Who answers, and what is known of everybody whom the record or policy's answer names. */
  readonly who: Who;
  /** The gesture: for a click its team, user and action_ts. A repeated delivery has the same key. */
  readonly key: string;
  /** How we know who it was. */
  readonly via: Via;
  readonly decision: Decision;
  readonly policy: PolicyEvidence;
  readonly tookMs?: number;
  readonly roster?: Roster;
};

/** Counts a vote with policy's answer to all votes including it. A vote that policy does not count is refused. */
export function voted(record: RequestRecord, event: Voted, now: number): StepResult {
  const { input, who, key, decision, policy, roster } = event;
  const vote = input.votes.at(-1);
  if (vote === undefined) return refuse('not_asked', record);
  if (record.absorbed.includes(key)) return refuse('already_voted', record);
  // A policy that tightened meanwhile wins: it may end the request although it does not count this vote.
  const ends = decision.outcome === 'deny' || decision.outcome === 'error';
  const barred = floor(record, vote, who) ?? (ends ? undefined : barredNow(record, vote, who, decision));
  if (barred !== undefined) return barred;
  const verdict = decision.votes.at(-1);
  const isWelcome = verdict?.counted === true;
  if (!isWelcome && !ends) return refuse(codeFrom(verdict?.code ?? 'not_eligible'), record);
  const { at, by, vote: ballot, reason, surface, card } = vote;
  const evidence = { policy: policyFacts(policy, input), who: whoFacts(by), card, via: event.via };
  const said: ChainedEvent = {
    event: 'voted',
    at,
    key,
    vote: ballot,
    reason,
    surface,
    standing: wishOf(vote),
    counted: isWelcome,
    evidence,
  };
  const votes = isWelcome ? input.votes : input.votes.slice(0, -1);
  const told = isWelcome ? decision : { ...decision, votes: decision.votes.slice(0, -1) };
  return decided(
    record,
    {
      phase: 'vote',
      decision: told,
      policy,
      votes,
      key,
      because: [said],
      input,
      ...(roster === undefined ? {} : { roster }),
      ...(event.tookMs === undefined ? {} : { tookMs: event.tookMs }),
      effects: isWelcome ? [line(record.votes.length, decision)] : [],
    },
    now,
  );
}

/** The same once more with what policy asks by now: whom it has begun to exclude, say, it knows by one name only. */
function barredNow(record: RequestRecord, vote: Vote, who: Who, { approval }: Decision): Refusal | undefined {
  const refusal = approval === undefined ? undefined : floor({ ...record, approval }, vote, who);
  return refusal === undefined ? undefined : { ...refusal, record };
}

/**
 * Writes down that somebody was refused: the record is as before, its audit is not. Nothing changes where so many stand in
 * it already that one more, with the change that it is, would be in the way of those whose answers count.
 */
export function refused(
  record: RequestRecord,
  event: Omit<EventOf<'refused'>, 'event' | 'at' | 'id'>,
  now: number,
): Change | Unchanged {
  const { key, code } = event;
  if (record.absorbed.includes(key) || isCrowded(record.absorbed)) return unchanged(record);
  const fact: ChainedEvent = { event: 'refused', at: timestamp(now), ...event };
  const answers = [...record.refused, { key, code }].slice(-MOST_ANSWERS);
  const effects: Effect[] = UNKNOWN.has(code) ? [{ kind: 'card' }] : [];
  return change(record, { absorbed: absorb(record.absorbed, key), refused: answers }, [fact], effects);
}

/** Somebody was known when the card was made and is no more: it must not go on to offer what is refused. */
const UNKNOWN: ReadonlySet<string> = new Set(['unknown_requester', 'unknown_excluded'] satisfies RefusalCode[]);

/** Slack delivers again within minutes; what is older was answered long ago. */
const MOST_ANSWERS = 20;

/** What a gesture was told that is delivered again and did not count: the same, whatever would be true by now. */
export function refusedBefore(record: RequestRecord, key: string): Refusal {
  const before = record.refused.find(answer => answer.key === key);
  return refuse(codeFrom(before?.code ?? 'answered_before'), record);
}

function line(vote: number, decision: Decision): Effect {
  const stages = decision.approval?.stages ?? [];
  if (stages.every(({ have, quorum }) => have >= quorum)) return { kind: 'vote_line', vote };
  // A bare "0 of 1" would read as if this vote had not counted, where it has filled a stage and the next one waits.
  const named = stages.length > 1;
  const each = stages.map(({ id, title, have, quorum }) => `${named ? `${title ?? id} ` : ''}${have} of ${quorum}`);
  return { kind: 'vote_line', vote, progress: each.join(', ') };
}
