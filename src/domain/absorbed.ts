// Which events are in a record already, by their keys: a repeated delivery finds itself there. Only the newest are kept.
import { digestOfText } from './canonical.ts';

const MOST_OF_A_KIND = 200;
const MOST_REFUSED = 100;
const REDEEM = 'redeem_';

/** The key of one use of a grant: apart from every other event's, and of one length. */
export function useKey(key: string): string {
  return `${REDEEM}${digestOfText(key).slice(7, 39)}`;
}

/** Uses are counted by themselves: a crowd of refused clicks must not push one out, whose repeat would then be another. */
export function absorb(absorbed: readonly string[], key: string): readonly string[] {
  const isUse = key.startsWith(REDEEM);
  const alike = absorbed.filter(other => other.startsWith(REDEEM) === isUse);
  if (alike.length < MOST_OF_A_KIND) return [...absorbed, key];
  return [...absorbed.filter(other => other !== alike[0]), key];
}

/** Whether refusals have had their share: further ones would push out what did count, and are kept beside the record. */
export function isCrowded(absorbed: readonly string[]): boolean {
  return absorbed.filter(key => !key.startsWith(REDEEM)).length >= MOST_REFUSED;
}
