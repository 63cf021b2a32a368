// Fold: a request that stands in a channel twice has one card again. What was posted and not answered may come late.

import type { RefTo } from '../domain/effect.ts';
import { Failure } from '../domain/failure.ts';
import { copied, isCopy, isPlaced } from '../domain/steps/copied.ts';
import type { Messenger, Store } from './ports.ts';
import { swap } from './swap.ts';

export type FoldWorld = { readonly store: Store; readonly messenger: Messenger };

/** When to look, after the last post: most copies are there by then, and what comes after the last look stays. */
const LOOKS_AFTER_MS = [5_000, 30_000, 120_000, 600_000];
const UNSURE_MS = 5_000;

/**
 * Finds the request's further messages, writes each down as a copy and only then takes it away: a message that is a card,
 * or may yet become one, is never touched. Comes back until the time after the last post has passed.
 */
export async function foldCopies(world: FoldWorld, { id, effect }: RefTo<'card_copies'>): Promise<void> {
  const { store, messenger } = world;
  const { channel, since, lastPostAt } = effect;
  const beganAfterMs = store.now() - Date.parse(lastPostAt);
  const record = await store.read(id);
  if (record === undefined) return;
  const found = await messenger.find(record, channel, since);
  let isUnsure = false;
  for (const { ts } of found ?? []) {
    const folded = await swap(store, id, (newest, now) => copied(newest, { channel, ts }, now));
    if (folded.kind === 'unchanged' && !isPlaced(folded.record, { channel, ts })) isUnsure = true;
  }
  const newest = (await store.read(id)) ?? record;
  // Where nobody may look, those that we know of: two posts that were both answered.
  for (const { ts } of found ?? newest.copies ?? []) {
    if (isCopy(newest, { channel, ts })) await messenger.withdraw(newest, { channel, ts });
  }
  const lookAfterMs = found === undefined ? undefined : LOOKS_AFTER_MS.find(ms => ms > beganAfterMs);
  const nextMs = lookAfterMs === undefined ? 0 : lookAfterMs - (store.now() - Date.parse(lastPostAt));
  if (lookAfterMs !== undefined || isUnsure) throw later(lookAfterMs === undefined ? UNSURE_MS : Math.max(nextMs, 0));
}

function later(retryAfterMs: number): Failure {
  const message = 'A card was posted more than once; its channel is looked at again in a while.';
  return new Failure('copies_looked_for_again', message, { isTransient: true, retryAfterMs });
}
