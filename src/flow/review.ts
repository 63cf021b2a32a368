// Review: somebody who had no part in it has looked at what was let pass in an emergency, and says what they found.
import { whoFacts } from '../domain/audit/evidence.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { barredFromReview, reviewed } from '../domain/steps/reviewed.ts';
import type { Surface, Voter } from '../domain/vote.ts';
import type { Who } from '../domain/who.ts';
import { gather } from './gather.ts';
import type { ReviewCall, ReviewCheck, ReviewReply, Store } from './ports.ts';
import { swap } from './swap.ts';
import { identify, membershipsOf, orUnverified, type VotersWorld } from './voters.ts';

export type ReviewWorld = VotersWorld & { readonly store: Store };

/** Closes a review, or says why not; a refusal is written down. The same closing sent again is answered as the first was. */
export async function closeReview(
  world: ReviewWorld,
  call: ReviewCall & { readonly note: string; readonly surface: Surface },
): Promise<ReviewReply> {
  const { id, note, surface } = call;
  const who = await reviewerOf(world, call);
  if (who.kind === 'refusal') return writeDown(world, who, call);
  const evidence = { who: whoFacts(who.voter), via: call.evidence };
  // Who they are is held against each record that is judged: a link may have been made since the one before.
  const result = await swap(world.store, id, async (record, now) => {
    const by = await whoOf(world, record, who.voter);
    return 'code' in by ? by : reviewed(record, { by, note, surface, evidence }, now);
  });
  if (result.kind === 'changed') return result;
  const { record } = result;
  const closed = record?.review?.closed;
  const isRepeated = result.code === 'already_reviewed' && closed?.by === who.voter.user && closed.note === note;
  return record !== undefined && isRepeated ? { kind: 'changed', record } : writeDown(world, result, call, who.voter);
}

/** Whether they may close it, asked before they write anything. It is asked anew when they do. */
export async function checkReviewer(world: ReviewWorld, call: ReviewCall): Promise<ReviewCheck> {
  const who = await reviewerOf(world, call);
  if (who.kind === 'refusal') return writeDown(world, who, call);
  const { record, voter } = who;
  const by = await whoOf(world, record, voter);
  const refusal = 'code' in by ? by : barredFromReview(record, by);
  return refusal === undefined ? { kind: 'open', record } : writeDown(world, refusal, call, voter);
}

type Reviewer = { readonly kind: 'reviewer'; readonly voter: Voter; readonly record: RequestRecord };

/** Who is behind an account. Whoever the directory does not know may be anybody, also the one whose emergency it was. */
async function reviewerOf(world: ReviewWorld, { id, account }: ReviewCall): Promise<Reviewer | Refusal> {
  const record = await world.store.read(id);
  if (record === undefined) return refuse('unknown_request');
  const person = await identify(world, account);
  if (person.kind === 'refusal') return { ...person, record };
  const { user, kind, groups } = person.voter;
  if (kind !== 'member') return refuse('not_a_member', record);
  if (user === account) return refuse('unmapped', record);
  const held = await orUnverified(() => membershipsOf(world, account, record.review?.reviewers ?? []));
  if ('kind' in held) return { ...held, record };
  return { kind: 'reviewer', voter: { ...person.voter, groups: [...groups, ...held] }, record };
}

/** Under all their names, and whoever had a part in it under theirs. */
async function whoOf(world: ReviewWorld, record: RequestRecord, voter: Voter): Promise<Who | Refusal> {
  const who = await orUnverified(() => gather(world, voter, record));
  return 'code' in who ? refuse('unverified_requester', record) : who;
}

async function writeDown({ store }: ReviewWorld, refusal: Refusal, call: ReviewCall, voter?: Voter): Promise<Refusal> {
  const { id, account, key, evidence: via } = call;
  const evidence = { who: voter === undefined ? { account } : whoFacts(voter), via };
  await store.note({ event: 'review_refused', at: timestamp(store.now()), code: wordOf(refusal), id, key, evidence });
  return refusal;
}
