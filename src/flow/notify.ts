// Notify: everybody who must hear of it is told, at least once, and what became of each telling is written down.

import { view } from '../contract/view.ts';
import { openStages, peopleOf } from '../domain/called.ts';
import type { EffectRef } from '../domain/effect.ts';
import { Failure, isTransient } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import type { NoticeKind, RequestRecord } from '../domain/record.ts';
import { type Told, told } from '../domain/steps/shown.ts';
import type { Callbacks, Directory, Line, Messenger, Store } from './ports.ts';
import { swap } from './swap.ts';

/** Each telling takes the part of the world that it needs. */
export type NotifyWorld = {
  readonly store: Store;
  readonly messenger: Messenger;
  readonly directory: Directory;
  readonly callbacks: Callbacks;
};

type Outcome = Pick<Told, 'outcome' | 'detail' | 'message'>;
const DELIVERED: Outcome = { outcome: 'delivered' };

/** A line below the card. It waits for the card; without one there is nowhere to write it. */
export function writeLine(world: Pick<NotifyWorld, 'store' | 'messenger'>, ref: EffectRef, line: Line): Promise<void> {
  return once(world, ref, `${line.kind}_line`, async record => {
    const card = record.cards.find(({ ts }) => ts !== undefined);
    if (card?.ts !== undefined) {
      const { channel } = card;
      const ts = await world.messenger.line(record, { channel, ts: card.ts }, line);
      const isCall = line.kind === 'remark' && line.says === 'review_due';
      return isCall && ts !== undefined ? { ...DELIVERED, message: { channel, ts, says: 'review_due' } } : DELIVERED;
    }
    const isComing = record.cards.length > 0 || !isResolved(record.status);
    if (!isComing) return { outcome: 'not_possible', detail: 'there is no card' };
    throw noCardYet();
  });
}

function noCardYet(): Failure {
  const message = 'The card is not posted yet; trying again shortly.';
  return new Failure('no_card_yet', message, { isTransient: true, retryAfterMs: 1_000 });
}

/** Somebody whose answer is awaited hears of it alone, with a link to the card. Whoever is awaited no more is left in peace. */
export function callPerson(
  world: Pick<NotifyWorld, 'store' | 'messenger' | 'directory'>,
  ref: EffectRef,
  person: string,
): Promise<void> {
  return once(world, ref, 'call', async record => {
    const { directory, messenger } = world;
    const isAwaited = peopleOf(record, openStages(record), group => directory.membersOf(group)).includes(person);
    if (!isAwaited) return { outcome: 'not_possible', detail: 'no longer awaited' };
    const [account] = person.startsWith('slack:') ? [person] : directory.slackAccountsOf(person);
    if (account === undefined) return { outcome: 'not_possible', detail: 'no Slack account in the directory' };
    const card = record.cards.find(({ ts }) => ts !== undefined);
    if (card?.ts === undefined) throw noCardYet();
    await messenger.call(record, account, { channel: card.channel, ts: card.ts });
    return DELIVERED;
  });
}

/** The requester's person hears of the end in a direct message, where the directory knows their Slack account. */
export function directMessage(
  world: Pick<NotifyWorld, 'store' | 'messenger' | 'directory'>,
  ref: EffectRef,
): Promise<void> {
  return once(world, ref, 'direct_message', async record => {
    const [account] = world.directory.slackAccountsOf(record.submission.user.id);
    if (account === undefined) return { outcome: 'not_possible', detail: 'no Slack account in the directory' };
    await world.messenger.direct(record, account);
    return DELIVERED;
  });
}

/** The address that the request named gets the view. */
export function callback(world: Pick<NotifyWorld, 'store' | 'callbacks'>, ref: EffectRef): Promise<void> {
  return once(world, ref, 'callback', async record => {
    const { callback: url } = record.submission;
    if (url === undefined) return { outcome: 'not_possible', detail: 'no callback was named' };
    const since = Date.parse(record.revoked?.at ?? record.resolution?.at ?? record.submittedAt);
    if (world.store.now() - since > CALLBACK_FOR_MS)
      return { outcome: 'given_up', detail: 'not accepted within a day' };
    await world.callbacks.deliver(url, ref.key, view(record));
    return DELIVERED;
  });
}

/** Who has not accepted it by then reads the request. */
const CALLBACK_FOR_MS = 86_400_000;

/** Another channel hears of it, because policy obliges us to or because a review is due. */
export function notice(
  world: Pick<NotifyWorld, 'store' | 'messenger'>,
  ref: EffectRef,
  channel: string,
  says: NoticeKind = 'notice',
): Promise<void> {
  return once(world, ref, 'notice', async record => {
    if (says === 'review_due' && record.review?.closed !== undefined) {
      return { outcome: 'not_possible', detail: 'the review is closed' };
    }
    const ts = await world.messenger.notice(record, channel, says);
    return { ...DELIVERED, message: { channel, ts, says } };
  });
}

/** Each message that called for a review says that it is closed. One that somebody deleted cannot, and needs not. */
export function showReviewed(world: Pick<NotifyWorld, 'store' | 'messenger'>, ref: EffectRef): Promise<void> {
  return once(world, ref, 'review_messages', async record => {
    const lost: string[] = [];
    for (const message of record.review?.messages ?? []) {
      try {
        await world.messenger.updateNotice(record, message);
      } catch (error) {
        if (isTransient(error) || !(error instanceof Failure)) throw error;
        lost.push(error.code);
      }
    }
    return lost.length === 0 ? DELIVERED : { outcome: 'given_up', detail: lost.join(', ') };
  });
}

/** Tells unless it was told already; a transient failure is the caller's to repeat, any other is given up, in the audit. */
async function once(
  world: Pick<NotifyWorld, 'store'>,
  ref: EffectRef,
  way: Told['way'],
  tell: (record: RequestRecord) => Promise<Outcome>,
): Promise<void> {
  const { store } = world;
  const record = await store.read(ref.id);
  if (record === undefined || record.absorbed.includes(ref.key)) return;
  let outcome: Outcome;
  try {
    outcome = await tell(record);
  } catch (error) {
    if (isTransient(error) || !(error instanceof Failure)) throw error;
    outcome = { outcome: 'given_up', detail: error.code };
  }
  await swap(store, ref.id, (newest, now) => told(newest, { way, key: ref.key, ...outcome }, now));
}
