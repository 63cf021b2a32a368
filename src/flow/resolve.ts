// Resolve: a person answers, or the requester withdraws. Whoever commits first wins; the others hear of it.

import { isOwn } from '../domain/audience.ts';
import { type WhoFacts, whoFacts } from '../domain/audit/evidence.ts';
import { type StepResult, unchanged } from '../domain/change.ts';
import type { Approval } from '../domain/decision.ts';
import { isTransient } from '../domain/failure.ts';
import { floor } from '../domain/floor.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { NOBODYS, type Refusal, refuse, rowOf, wordOf } from '../domain/refusal.ts';
import { broken, cancelled } from '../domain/steps/ended.ts';
import { refused, refusedBefore, voted } from '../domain/steps/voted.ts';
import type { Voter } from '../domain/vote.ts';
import type { Who } from '../domain/who.ts';
import { type Answer, askWithMemberships, voteOf } from './asking-votes.ts';
import { gather } from './gather.ts';
import { rosterOf } from './judge.ts';
import type { CastVote, Policy, Store, VoteReply } from './ports.ts';
import { type Heard, heardFrom } from './question.ts';
import { swap } from './swap.ts';
import { viewerOf } from './viewer.ts';
import { identify, orUnverified, type VotersWorld } from './voters.ts';

export type ResolveWorld = VotersWorld & { readonly store: Store; readonly policy: Policy };

/** Counts one person's answer, or says why it does not count. Every refusal is in the audit before it is told. */
export async function castVote(world: ResolveWorld, ballot: CastVote): Promise<VoteReply> {
  const { store } = world;
  const at = timestamp(store.now());
  const person = await identify(world, ballot.account);
  if (person.kind === 'refusal') return writeDown(world, ballot, person, { account: ballot.account });

  const given = { ballot, voter: person.voter, at };
  let heard: Heard = {};
  const hear = (from: Heard) => {
    heard = from;
  };
  const result = await swap(store, ballot.id, async (record, now) => {
    hear({});
    if (record.absorbed.includes(ballot.key)) return unchanged(record);
    return count(world, record, given, now, hear);
  });
  if (result.kind === 'changed') {
    const { record } = result;
    return hasVoted(record, person.voter) ? { kind: 'counted', record } : refuse('ended_by_policy', record);
  }
  if (result.kind === 'refusal') {
    // Whoever calls us repeats the very same gesture until it is answered: it must not find itself noted already.
    if (ballot.surface !== 'slack' && rowOf(result).category === 'unavailable') return result;
    return writeDown(world, ballot, withRemedy(result, person.voter), whoFacts(person.voter), heard);
  }
  // The same gesture, delivered again: it is answered as it was the first time, and nothing is written twice.
  const { record } = result;
  if (hasVoted(record, person.voter)) return { kind: 'counted', record };
  const voter = await whoOf(world, record, given);
  const refusal = 'code' in voter ? voter : barred(record, given, voter);
  return withRemedy(refusal ?? refusedBefore(record, ballot.key), person.voter);
}

/** Somebody whom policy would ask by their name, and who only is not known by this account, can help themselves. */
function withRemedy(refusal: Refusal, { id, user }: Voter): Refusal {
  return refusal.code === 'not_eligible' && user === id ? { ...refusal, detail: NOBODYS } : refusal;
}

/** Why policy is not even asked. */
function barred(record: RequestRecord, given: Answer, voter: Who): Refusal | undefined {
  const { digest } = given.ballot;
  const isStale = digest !== undefined && digest !== record.digest;
  return floor(record, voteOf(given), voter) ?? (isStale ? refuse('stale_digest', record) : undefined);
}

/**
 * Looked up for each record that is judged: a link made since then joins two answers that are in it. While nobody can say
 * whom the request names, nobody can be told apart from them.
 */
async function whoOf(world: ResolveWorld, record: RequestRecord, { voter }: Answer, newest?: Approval) {
  const who = await orUnverified(() => gather(world, voter, record, [record.approval, newest]));
  return 'code' in who ? refuse('unverified_requester', record) : who;
}

function hasVoted(record: RequestRecord, voter: Voter): boolean {
  return record.votes.some(({ by, counted }) => counted && by.user === voter.user);
}

/** The requester withdraws. Another service's request is unknown to this one. */
export async function cancel(world: { store: Store }, call: { id: string; service: string }) {
  return swap(world.store, call.id, (record, now) =>
    record.service.id === call.service ? cancelled(record, now) : refuse('unknown_request'),
  );
}

/** The same in the name of a person: who asked, in whose name it is done, or who answers for the agent that asks. */
export async function cancelByPerson(
  world: VotersWorld & { readonly store: Store },
  { id, account, evidence: via }: Pick<CastVote, 'id' | 'account' | 'evidence'>,
): Promise<{ readonly kind: 'changed'; readonly record: RequestRecord } | Refusal> {
  const known = await viewerOf(world, account, []);
  if (known.kind === 'refusal') return known;
  const { voter, viewer } = known;
  const evidence = { who: whoFacts(voter), via };
  return swap(world.store, id, (record, now) =>
    isOwn(record, viewer) ? cancelled(record, now, evidence) : refuse('not_the_requester', record),
  );
}

async function count(
  world: ResolveWorld,
  record: RequestRecord,
  given: Answer,
  now: number,
  hear: (from: Heard) => void,
): Promise<StepResult> {
  const { ballot } = given;
  const voter = await whoOf(world, record, given);
  if ('code' in voter) return voter;
  const refusal = barred(record, given, voter);
  if (refusal !== undefined) return refusal;
  try {
    const { answer, input } = await askWithMemberships(world, record, given, now);
    hear(heardFrom(input, answer));
    if (answer.kind === 'broken') return broken(record, `${answer.code}: ${answer.cause}`, now);
    // Whom policy has begun to exclude with this very answer must be known as well.
    const { approval } = answer.decision;
    const newest = await whoOf(world, record, given, approval);
    if ('code' in newest) return newest;
    const { kind: _, ...answered } = answer;
    const event = { input, who: newest, key: ballot.key, via: ballot.evidence, ...answered, roster: rosterOf(world) };
    return voted(record, event, now);
  } catch (error) {
    if (isTransient(error)) return refuse('policy_unavailable', record);
    throw error;
  }
}

/** A refusal is an answer, and part of the record of what happened. */
async function writeDown(
  world: ResolveWorld,
  ballot: CastVote,
  refusal: Refusal,
  who: WhoFacts,
  { answered, policy }: Heard = {},
): Promise<Refusal> {
  const { store } = world;
  const { detail } = refusal;
  const { vote, key, surface, card, evidence: via } = ballot;
  const said = { code: wordOf(refusal), detail, key, vote, surface, answered, evidence: { policy, who, card, via } };
  const result = await swap(store, ballot.id, (record, now) => refused(record, said, now));
  if (result.kind === 'changed') return { ...refusal, record: result.record };
  const { record } = result;
  // Beside the request: there is none, or so many were refused that its own chain takes no more.
  const isUnwritten = result.kind === 'refusal' ? result.code === 'unknown_request' : !record?.absorbed.includes(key);
  if (isUnwritten) {
    const code = result.kind === 'refusal' ? wordOf(result) : said.code;
    await store.note({ event: 'refused', at: timestamp(store.now()), ...said, code, id: ballot.id });
  }
  return { ...refusal, ...(record === undefined ? {} : { record }) };
}
