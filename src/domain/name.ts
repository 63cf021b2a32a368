// A name of somebody, as it is kept and as it is compared: who is meant does not depend on how it was typed.

/** Without what nobody sees around it, its letters encoded in one way. */
export function tidy(name: string): string {
  return name.normalize('NFC').trim();
}

/** As names are compared: upper and lower case are one. */
export function folded(name: string): string {
  return tidy(name).toLowerCase();
}
