// Escalate: make the request's Slack message equal its record, wherever the change came from.

import type { EffectRef } from '../domain/effect.ts';
import { Failure } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import { type Card, isShown, type RequestRecord } from '../domain/record.ts';
import { refuse } from '../domain/refusal.ts';
import { isCopy } from '../domain/steps/copied.ts';
import { broken } from '../domain/steps/ended.ts';
import { posting, postingAgain, redrawn, shown, unreachable, vanished, withdrawn } from '../domain/steps/shown.ts';
import type { Found, Messenger, Shown, Store } from './ports.ts';
import { type StaffingWorld, slackShortage } from './staffing.ts';
import { noteStrangers } from './strangers.ts';
import { swap } from './swap.ts';

export type EscalateWorld = StaffingWorld & {
  readonly store: Store;
  readonly messenger: Messenger;
  /** Where a decision that names no channel goes, and where one goes whose channel cannot be posted to. */
  readonly approvalsChannel: string;
};

/** Longer than any call to Slack may take: a card in `posting` for longer was left behind by a crash. */
const POSTING_MS = 12_000;

type Place = Shown & { readonly channel: string; readonly ts: string };

/** The one where people are asked, or the one where more are asked once nobody answered. */
type Showing = {
  /** Where it may be posted, the first that takes it. */
  readonly channels: readonly string[];
  readonly card: Card | undefined;
  /** Without this one nobody is asked, and the request must say so. */
  readonly isMain: boolean;
};

/** Posts the cards or brings them up to date. Ends when what Slack shows is what the newest record says. */
export async function showCard(world: EscalateWorld, ref: Pick<EffectRef, 'id' | 'key'>): Promise<void> {
  await noteStrangers(world, ref.id);
  await show(world, ref, record => mainShowing(world, record));
  await show(world, ref, record => furtherShowing(world, record));
}

function mainShowing(world: EscalateWorld, record: RequestRecord): Showing {
  const further = furtherChannel(world, record);
  const channels = mainChannels(world, record);
  return { channels, card: record.cards.find(card => card.channel !== further && card.ts !== undefined), isMain: true };
}

function furtherShowing(world: EscalateWorld, record: RequestRecord): Showing | undefined {
  const channel = furtherChannel(world, record);
  if (channel === undefined) return undefined;
  const card = record.cards.find(shown => shown.channel === channel && shown.ts !== undefined);
  return { channels: [channel], card, isMain: false };
}

function mainChannels({ approvalsChannel }: EscalateWorld, { approval }: RequestRecord): readonly string[] {
  return [approval?.channel, approvalsChannel].filter(channel => channel !== undefined);
}

/** Where the card stands as well once the request has been escalated; the request's own channel needs no second one. */
function furtherChannel(world: EscalateWorld, record: RequestRecord): string | undefined {
  const channel = record.escalatedAt === undefined ? undefined : record.approval?.escalate?.channel;
  return channel === undefined || mainChannels(world, record).includes(channel) ? undefined : channel;
}

async function show(
  world: EscalateWorld,
  { id, key }: Pick<EffectRef, 'id' | 'key'>,
  showingOf: (record: RequestRecord) => Showing | undefined,
): Promise<void> {
  const { store, messenger } = world;
  let shownHash: string | undefined; // by us, in this call: somebody else's older update may have followed
  let isReplacement = false;
  for (;;) {
    const record = await store.read(id);
    if (record === undefined || record.approval === undefined) return;
    const showing = showingOf(record);
    if (showing === undefined) return;
    const { card } = showing;
    const wanted = messenger.hashOf(record);
    if (card?.ts !== undefined && isShown(card, wanted) && (shownHash ?? wanted) === wanted) return;
    const stand = card?.ts === undefined ? shown : redrawn;
    let place: Place | 'nowhere' | 'lost' | 'moved';
    if (card?.ts === undefined) {
      const isBegun = record.cards.some(begun => showing.channels.includes(begun.channel));
      if (isResolved(record.status) && !isBegun && !isReplacement) return; // nobody has seen it
      const isFirst = showing.isMain && !isBegun && !isReplacement;
      const short = isFirst ? await slackShortage(world, record) : undefined;
      if (short !== undefined) {
        await swap(store, id, (newest, now) =>
          newest.version === record.version ? broken(newest, short, now) : refuse('moved'),
        );
        continue; // ended, or moved on: looked at again
      }
      place = await post(world, record, showing, key);
    } else {
      place = await update(world, record, card.channel, card.ts);
    }
    if (place === 'nowhere') return;
    if (place === 'lost') isReplacement = true;
    if (place === 'lost' || place === 'moved') continue; // look again at what the record says now
    shownHash = place.standsFor ?? place.hash;
    const seen = place;
    await swap(store, id, (newest, now) => stand(newest, seen, now));
  }
}

async function update(
  world: EscalateWorld,
  record: RequestRecord,
  channel: string,
  ts: string,
): Promise<Place | 'lost'> {
  try {
    return { channel, ts, ...(await world.messenger.update(record, channel, ts)) };
  } catch (error) {
    if (!(error instanceof Failure) || error.isTransient) throw error;
    await swap(world.store, record.id, (newest, now) => vanished(newest, ts, error.code, now));
    return 'lost';
  }
}

/** Stores the intent and posts to the first channel that has not refused for good. */
async function post(
  world: EscalateWorld,
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
    newest.version === record.version ? step(newest, channel, key, now) : refuse('moved'),
  );
  if (intent.kind === 'refusal') return 'moved';
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
  world: EscalateWorld,
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

async function giveUp({ store }: EscalateWorld, record: RequestRecord): Promise<'nowhere'> {
  await swap(store, record.id, (newest, now) => {
    const causes = newest.unreachable.map(({ channel, cause }) => `${channel}: ${cause}`).join('; ');
    return broken(newest, `Nobody could be asked, because no channel can be posted to (${causes}).`, now);
  });
  return 'nowhere';
}
