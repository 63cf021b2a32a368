// Review: somebody who had no part in it has looked at what was let pass in an emergency, and says what they found.
import type { Person } from '../domain/audience.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { barredFromReview, type Reviewed, reviewed } from '../domain/steps/reviewed.ts';
import type { ReviewCall, ReviewCheck, ReviewReply, Store } from './ports.ts';
import { swap } from './swap.ts';
import { identify, membershipsOf, orUnverified, type VotersWorld } from './voters.ts';

export type ReviewWorld = { readonly store: Store };

/** Closes a review, or says why not; a refusal is written down. The same closing sent again is answered as the first was. */
export async function closeReview(
  { store }: ReviewWorld,
  { id, ...event }: Reviewed & { readonly id: string },
): Promise<ReviewReply> {
  const result = await swap(store, id, (record, now) => reviewed(record, event, now));
  if (result.kind === 'changed') return result;
  const { record } = result;
  const { by, note, evidence } = event;
  const closed = record?.review?.closed;
  const isRepeated = result.code === 'already_reviewed' && closed?.by === by.user && closed.note === note;
  if (record !== undefined && isRepeated) return { kind: 'changed', record };
  return writeDown(store, result, { id, by: { user: by.user }, evidence });
}

/** The same for somebody who clicked: a full member whom the directory knows, with their groups of today. */
export async function closeReviewByAccount(
  world: ReviewWorld & VotersWorld,
  { id, account, note, key, evidence }: ReviewCall & { readonly note: string },
): Promise<ReviewReply> {
  const who = await reviewerOf(world, id, account);
  const proof = { ...evidence, account, key };
  if (who.kind === 'refusal') return writeDown(world.store, who, { id, by: { id: account }, evidence: proof });
  return closeReview(world, { id, by: who.by, note, surface: 'slack', evidence: proof });
}

/** Whether they may close it, asked before they write anything. It is asked anew when they do. */
export async function checkReviewer(
  world: ReviewWorld & VotersWorld,
  { id, account, key, evidence }: ReviewCall,
): Promise<ReviewCheck> {
  const who = await reviewerOf(world, id, account);
  const barred = who.kind === 'refusal' ? who : barredFromReview(who.record, who.by);
  if (who.kind === 'reviewer' && barred === undefined) return { kind: 'open', record: who.record };
  const by = who.kind === 'reviewer' ? { id: account, user: who.by.user } : { id: account };
  return writeDown(world.store, barred ?? refuse('busy'), { id, by, evidence: { ...evidence, key } });
}

type Reviewer = { readonly kind: 'reviewer'; readonly by: Person; readonly record: RequestRecord };

/** Who is behind an account. Whoever the directory does not know may be anybody, also the one whose emergency it was. */
async function reviewerOf(world: ReviewWorld & VotersWorld, id: string, account: string): Promise<Reviewer | Refusal> {
  const [person, record] = await Promise.all([identify(world, account), world.store.read(id)]);
  if (record === undefined) return refuse('unknown_request');
  if (person.kind === 'refusal') return { ...person, record };
  const { user, kind, groups } = person.voter;
  if (kind !== 'member') return refuse('not_a_member', record);
  if (user === account) return refuse('unmapped', record);
  const held = await orUnverified(() => membershipsOf(world, account, record.review?.reviewers ?? []));
  if ('kind' in held) return { ...held, record };
  return { kind: 'reviewer', by: { user, groups: [...groups, ...held] }, record };
}

type Refused = { readonly id: string; readonly by: object; readonly evidence: Reviewed['evidence'] };

async function writeDown(store: Store, refusal: Refusal, { id, by, evidence }: Refused): Promise<Refusal> {
  const proof = evidence === undefined ? {} : { evidence };
  await store.note({ event: 'review_refused', at: timestamp(store.now()), code: refusal.code, id, by, ...proof });
  return refusal;
}
