// Text that is not ours, made honest: what a reader could not see is shown as an escape, what does not fit is counted.

/** Characters with no glyph of their own: controls, bidirectional and zero-width marks, fillers, variation selectors. */
const UNSEEN =
  /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|\u034f|[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;
const PICTURE = /^(?:\p{Emoji}|\p{Extended_Pictographic}|\u200d|\ufe0f)$/u;
const JOINER = '\u200d';
const EMOJI_STYLE = '\ufe0f';

export type Shown = {
  readonly text: string;
  /** Nothing was left out. */
  readonly isWhole: boolean;
  /** How many unseen characters were spelt out. */
  readonly unseen: number;
};

/**
 * A text for a reader, in at most `maxBytes` of UTF-8. Unseen characters appear as `\u202e`; a text that is cut ends with
 * a word where one is near, and with how many characters are left out. `keeps` names layout characters that may stay, such
 * as the newline inside a preformatted block; of those, at most `maxLines` lines.
 */
export function shown(text: string, maxBytes: number, keeps = '', maxLines = Number.POSITIVE_INFINITY): Shown {
  if (text.length <= maxBytes && isPlain(text, keeps)) {
    const isShort = maxLines === Number.POSITIVE_INFINITY || text.split('\n', maxLines + 1).length <= maxLines;
    if (isShort) return { text, isWhole: true, unseen: 0 };
  }
  const rest = maxBytes < LONG_BYTES ? restOfShort : restOfLong;
  const room = Math.max(0, maxBytes - Buffer.byteLength(rest(9_999_999)));
  let bytes = 0;
  let unseen = 0;
  let out = '';
  let taken = 0; // code points in `out`
  let fitting: Cut = { text: '', points: 0, unseen: 0 };
  let word = fitting; // the part of it that ends with a word
  let before = '';
  let lines = 1;
  for (const point of text) {
    const glyph = glyphOf(point, before, keeps);
    const size = Buffer.byteLength(glyph);
    if (glyph === '\n') lines += 1;
    if (bytes + size > maxBytes || lines > maxLines) {
      const cut = fitting.points - word.points <= LONGEST_STUMP && word.points > 0 ? word : fitting;
      return { text: `${cut.text}${rest(countPoints(text) - cut.points)}`, isWhole: false, unseen: cut.unseen };
    }
    if (isBlank(point) && !isBlank(before) && bytes <= room) word = { text: out, points: taken, unseen };
    bytes += size;
    out += glyph;
    taken += 1;
    if (glyph !== point) unseen += 1;
    if (bytes <= room) fitting = { text: out, points: taken, unseen };
    before = point;
  }
  return { text: out, isWhole: true, unseen };
}

type Cut = { readonly text: string; readonly points: number; readonly unseen: number };

/** Room for a sentence about what is left out; in less there is none for more than a number. */
const LONG_BYTES = 100;
/** So much of a word may go, that it is not cut in its middle. */
const LONGEST_STUMP = 20;

const restOfLong = (count: number) =>
  `… ${count.toLocaleString('en')} more ${count === 1 ? 'character' : 'characters'}`;
const restOfShort = (count: number) => `… +${count.toLocaleString('en')} more`;

function isBlank(point: string): boolean {
  return point === ' ' || point === '\n';
}

/** A text with its unseen characters spelt out, whatever its length. */
export function spelt(text: string, keeps = ''): string {
  return shown(text, Number.MAX_SAFE_INTEGER, keeps).text;
}

/** A short text for places that take so many characters, such as a header. */
export function shortened(text: string, maxBytes: number): string {
  return shown(text, maxBytes).text;
}

const PRINTABLE = /^[\x20-\x7e]*$/;
const PRINTABLE_LINES = /^[\x20-\x7e\n]*$/;

/** Most texts are: one byte a character and nothing to spell out. */
function isPlain(text: string, keeps: string): boolean {
  return (keeps.includes('\n') ? PRINTABLE_LINES : PRINTABLE).test(text);
}

/** Joiners and emoji selectors stay where they make a picture; anywhere else they hide something. */
function glyphOf(point: string, before: string, keeps: string): string {
  if ((point >= ' ' && point <= '~') || !UNSEEN.test(point) || keeps.includes(point)) return point;
  if ((point === JOINER || point === EMOJI_STYLE) && PICTURE.test(before) && !/\d/.test(before)) return point;
  const code = point.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function countPoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
