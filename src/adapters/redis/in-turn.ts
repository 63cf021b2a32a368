// Group commit: what is offered while a call is under way travels together in the next one, as in a database's log.
import { isInTime } from '../../contract/time.ts';

/** So that one call keeps Redis from others for a few milliseconds at most. */
const MOST_IN_ONE_CALL = 64;
const HANGS_AFTER_MS = 50;

/**
 * One call at a time. At low load nothing waits; at high load the calls grow instead of queueing up. One that hangs holds
 * the others only for a moment. `send` must not fail: it tells each of its offers what became of it.
 */
export function inTurn<Offer>(send: (offers: readonly Offer[]) => Promise<void>): (offer: Offer) => void {
  const waiting: Offer[] = [];
  let isSending = false;
  const sendAll = async () => {
    while (waiting.length > 0) await isInTime(send(waiting.splice(0, MOST_IN_ONE_CALL)), HANGS_AFTER_MS);
    isSending = false;
  };
  return offer => {
    waiting.push(offer);
    if (isSending) return;
    isSending = true;
    setImmediate(sendAll); // what else this turn of the event loop offers comes along
  };
}
