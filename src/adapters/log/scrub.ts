// The last look at a line before it leaves: what has the shape of a secret is blanked, wherever it came from.

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{4,}/g, '$1-…'],
  [/\b(csk|csq)_[A-Za-z0-9_.~+/=-]{8,}/g, '$1_…'],
  [/\bwhsec_[A-Za-z0-9+/=]{8,}/g, 'whsec_…'],
  [/\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/gi, '$1 …'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, 'eyJ…'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/gi, '$1:…@'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, '(private key)'],
];

/** The line with every secret-shaped part replaced by an ellipsis. */
export function scrub(line: string): string {
  let clean = line;
  for (const [shape, instead] of SHAPES) clean = clean.replace(shape, instead);
  return clean;
}
