// A name of somebody, as it is kept and as it is compared: who is meant does not depend on how it was typed.

/** Without what nobody sees around it, its letters encoded in one way. */
export function tidy(name: string): string {
  return name.normalize('NFC').trim();
}

/** As names are compared: upper and lower case are one. */
export function folded(name: string): string {
  return tidy(name).toLowerCase();
}

/** Unseen, or beside a letter: what is left out, two names read alike. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|\p{M}/gu;

/**
 * As names are held against each other where nobody vouches for one: also without what nobody sees, without accents, as
 * wide as any, and of an address without what a mailbox ignores. Wider than who somebody is, so it only ever bars.
 */
export function likeness(name: string): string {
  const plain = name.normalize('NFKD').replace(UNSEEN, '').toUpperCase().toLowerCase().trim();
  return plain.replace(/\+[^@]*@/, '@').replace(/\.+$/, '');
}
