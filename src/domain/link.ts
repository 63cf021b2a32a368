// Self-linking: a one-time code that a person asks for with their key, and types in Slack as the account that is to be theirs.
import { createHash } from 'node:crypto';

/** What a person has linked: the account, and since when. */
export type Link = { readonly account: string; readonly at: string };

/** How a person stands: the accounts that the directory lists, and the one that they linked, which may not count. */
export type LinkStanding = {
  readonly listed: readonly string[];
  readonly linked?: Link & { readonly counts: boolean };
};

export const CODE_LIFE_MS = 10 * 60_000;
/** So many codes may be tried by one account within `TRIES_MS`; the next is refused unread. */
export const MOST_TRIES = 5;
export const TRIES_MS = 10 * 60_000;

/** Each of these says 5 bits, and none is mistaken for another: no I, L, O or U (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 10;
const HALF = LETTERS / 2;

/** Random bytes that a code needs: 50 bits of them end up in it. */
export const CODE_BYTES = LETTERS;

/** The code as it is shown, `7K3QD-XM2PA`. */
export function linkCode(random: Uint8Array): string {
  if (random.length !== CODE_BYTES) throw new RangeError(`A code is made of ${CODE_BYTES} random bytes.`);
  const letters = Array.from(random, byte => ALPHABET[byte % ALPHABET.length]).join('');
  return `${letters.slice(0, HALF)}-${letters.slice(HALF)}`;
}

/** All that is kept of a code. However it is typed, it is the same; text that is no code has a hash that no code has. */
export function codeHash(typed: string): string {
  const letters = typed
    .slice(0, 200)
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(`link:${letters}`, 'utf8').digest('hex');
}
