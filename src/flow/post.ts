// Post: a card gets its message, the intent stored first, so that a crash in between can be reconciled.
import { unchanged } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import type { Card, RequestRecord } from '../domain/record.ts';
import { isCopy } from '../domain/steps/copied.ts';
import { broken } from '../domain/steps/ended.ts';
import { posting, postingAgain, unreachable, withdrawn } from '../domain/steps/shown.ts';
import type { Found, Messenger, Shown, Store } from './ports.ts';
import type { Showing } from './showing.ts';
import { swap } from './swap.ts';

export type PostWorld = { readonly store: Store; readonly messenger: Messenger };

/** A message of the request, and what it shows. */
export type Place = Shown & { readonly channel: string; readonly ts: string };

/** Longer than any call to Slack may take: a card in `posting` for longer was left behind by a crash. */
const POSTING_MS = 12_000;

/** Stores the intent and posts to the first channel that has not refused for good. */
export async function post(
  world: PostWorld,
  record: RequestRecord,
  { channels, isMain }: Showing,
  key: string,
): Promise<Place | 'nowhere' | 'moved'> {
  const { store, messenger } = world;
  const refusedBy = new Set(record.unreachable.map(({ channel }) => channel));
  const channel = channels.find(name => !refusedBy.has(name));
  if (channel === undefined) return isMain ? giveUp(world, record) : 'nowhere';
  const begun = record.cards.find(card => card.channel === channel && card.ts === undefined);
  const found = begun === undefined ? undefined : await reconcile(world, record, begun, key);
  if (found !== undefined) return { channel, ...found };
  const step = begun === undefined ? posting : postingAgain;
  const intent = await swap(store, record.id, (newest, now) =>
    newest.version === record.version ? step(newest, channel, key, now) : unchanged(newest),
  );
  if (intent.kind !== 'changed') return 'moved';
  try {
    return { channel, ...(await messenger.post(record, channel)) };
  } catch (error) {
    if (wasTurnedAway(error)) await swap(store, record.id, newest => withdrawn(newest, channel));
    if (!(error instanceof Failure) || error.isTransient) throw error;
    const cause = error.message;
    // Noted by us or by somebody faster: either way the record now names the channel, and the next one is tried.
    await swap(store, record.id, (newest, now) => unreachable(newest, channel, cause, now));
    return 'moved';
  }
}

/**
 * A card was begun and its message id is not known: it may be there. Looks before posting again, which cannot suffice: it
 * may also come later. What was posted more than once is therefore looked for afterwards (`fold`).
 */
async function reconcile(
  world: PostWorld,
  record: RequestRecord,
  begun: Card,
  key: string,
): Promise<Found | undefined> {
  const { channel, postingSince, lastPostAt = postingSince } = begun;
  const all = await world.messenger.find(record, channel, postingSince);
  const found = all?.find(({ ts }) => !isCopy(record, { channel, ts }));
  const ageMs = world.store.now() - Date.parse(lastPostAt);
  if (found !== undefined || begun.postedBy === key || ageMs > POSTING_MS) return found;
  throw new Failure('card_being_posted', 'The card is being posted by another worker; looking again shortly.', {
    isTransient: true,
    retryAfterMs: POSTING_MS - ageMs + 100,
  });
}

/** Told when to come back, we know that nothing was posted; any other failure may have come after the message. */
function wasTurnedAway(error: unknown): boolean {
  return error instanceof Failure && error.retryAfterMs !== undefined;
}

async function giveUp({ store }: PostWorld, record: RequestRecord): Promise<'nowhere'> {
  await swap(store, record.id, (newest, now) => {
    const causes = newest.unreachable.map(({ channel, cause }) => `${channel}: ${cause}`).join('; ');
    return broken(newest, `Nobody could be asked, because no channel can be posted to (${causes}).`, now);
  });
  return 'nowhere';
}
