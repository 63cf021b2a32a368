// Show: makes the request's Slack messages equal its record, wherever the change came from.
import { unchanged } from '../domain/change.ts';
import type { EffectRef } from '../domain/effect.ts';
import { Failure } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import { isShown, type RequestRecord } from '../domain/record.ts';
import { broken } from '../domain/steps/ended.ts';
import { redrawn, shown, vanished } from '../domain/steps/shown.ts';
import { type Place, type PostWorld, post } from './post.ts';
import { furtherShowing, mainShowing, type ShowingOf } from './showing.ts';
import { type StaffingWorld, slackShortage } from './staffing.ts';
import { noteStrangers } from './strangers.ts';
import { swap } from './swap.ts';

export type ShowWorld = StaffingWorld &
  PostWorld & {
    /** Where a decision that names no channel goes, and where one goes whose channel cannot be posted to. */
    readonly approvalsChannel: string;
  };

/** Posts the cards or brings them up to date. Ends when what Slack shows is what the newest record says. */
export async function showCard(world: ShowWorld, ref: Pick<EffectRef, 'id' | 'key'>): Promise<void> {
  await noteStrangers(world, ref.id);
  await show(world, ref, mainShowing);
  await show(world, ref, furtherShowing);
}

async function show(world: ShowWorld, { id, key }: Pick<EffectRef, 'id' | 'key'>, showingOf: ShowingOf): Promise<void> {
  const { store, messenger } = world;
  let shownHash: string | undefined; // by us, in this call: somebody else's older update may have followed
  let isReplacement = false;
  for (;;) {
    const record = await store.read(id);
    if (record === undefined || record.approval === undefined) return;
    const showing = showingOf(record, world.approvalsChannel);
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
          newest.version === record.version ? broken(newest, short, now) : unchanged(newest),
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

async function update(world: ShowWorld, record: RequestRecord, channel: string, ts: string): Promise<Place | 'lost'> {
  try {
    return { channel, ts, ...(await world.messenger.update(record, channel, ts)) };
  } catch (error) {
    if (!(error instanceof Failure) || error.isTransient) throw error;
    await swap(world.store, record.id, (newest, now) => vanished(newest, ts, error.code, now));
    return 'lost';
  }
}
