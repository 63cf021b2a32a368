// Review: somebody who had no part in it has looked at what was let pass in an emergency, and says what they found.
import type { Person } from '../domain/audience.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { barredFromReview, reviewed } from '../domain/steps/reviewed.ts';
import type { Surface, Voter } from '../domain/vote.ts';
import { mayBeTheSame, requestersOf } from './distinct.ts';
import { namesOf } from './identities.ts';
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
  const evidence = { account: call.account, ...call.evidence };
  // Who they are is held against each record that is judged: a link may have been made since the one before.
  const result = await swap(world.store, id, async (record, now) => {
    const by = await named(world, who);
    return (await barred(world, record, by, who.voter)) ?? reviewed(record, { by, note, surface, evidence }, now);
  });
  if (result.kind === 'changed') return result;
  const { record } = result;
  const closed = record?.review?.closed;
  const isRepeated = result.code === 'already_reviewed' && closed?.by === who.by.user && closed.note === note;
  return record !== undefined && isRepeated ? { kind: 'changed', record } : writeDown(world, result, call, who.by.user);
}

/** Whether they may close it, asked before they write anything. It is asked anew when they do. */
export async function checkReviewer(world: ReviewWorld, call: ReviewCall): Promise<ReviewCheck> {
  const who = await reviewerOf(world, call);
  if (who.kind === 'refusal') return writeDown(world, who, call);
  const refusal = await barred(world, who.record, await named(world, who), who.voter);
  return refusal === undefined ? { kind: 'open', record: who.record } : writeDown(world, refusal, call, who.by.user);
}

type Reviewer = {
  readonly kind: 'reviewer';
  readonly by: Person;
  readonly voter: Voter;
  readonly record: RequestRecord;
};

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
  return { kind: 'reviewer', by: { user, groups: [...groups, ...held] }, voter: person.voter, record };
}

async function named(world: ReviewWorld, { by, voter }: Reviewer): Promise<Person> {
  return { ...by, names: await namesOf(world, voter) };
}

/** Somebody with a key, and whoever asked or approved by an account that is nobody's, may be the same. */
async function barred(world: ReviewWorld, record: RequestRecord, by: Person, voter: Voter) {
  const refusal = barredFromReview(record, by);
  if (refusal !== undefined) return refusal;
  return (await mayBeTheSame(world, record, voter, requestersOf(record))) ? refuse('indistinct', record) : undefined;
}

async function writeDown({ store }: ReviewWorld, refusal: Refusal, call: ReviewCall, user?: string): Promise<Refusal> {
  const { id, account, key, evidence } = call;
  const by = user === undefined ? { id: account } : { id: account, user };
  await store.note({ event: 'review_refused', at: timestamp(store.now()), code: refusal.code, id, by, key, evidence });
  return refusal;
}
