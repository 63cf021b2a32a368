// Reads mrkdwn as Slack does, into a tree. What was escaped stays text, and nothing ever becomes HTML.

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'bold' | 'italic' | 'strike' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'code' | 'pre'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'user' | 'channel'; readonly id: string; readonly label?: string }
  | { readonly kind: 'usergroup'; readonly id: string; readonly label?: string }
  | { readonly kind: 'broadcast'; readonly range: string }
  | DateToken
  | { readonly kind: 'emoji'; readonly name: string };

export type DateToken = {
  readonly kind: 'date';
  readonly timestampS: number;
  readonly format: string;
  readonly link?: string;
  readonly fallback: string;
};

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export type MrkdwnOptions = { readonly verbatim?: boolean };

export function parseMrkdwn(text: string, options: MrkdwnOptions = {}): readonly Inline[] {
  return splitPreformatted(text).flatMap(part =>
    part.isPre
      ? [{ kind: 'pre' as const, text: unescapeText(plainTokens(part.text)) }]
      : parseLines(part.text, options),
  );
}

function splitPreformatted(text: string): readonly { readonly isPre: boolean; readonly text: string }[] {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(/\n?```([\s\S]+?)```\n?/g)) {
    if (match.index > from) parts.push({ isPre: false, text: text.slice(from, match.index) });
    parts.push({ isPre: true, text: (match[1] ?? '').replace(/^\n|\n$/g, '') });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ isPre: false, text: text.slice(from) });
  return parts;
}

/** Inside code a link is only its text. */
function plainTokens(text: string): string {
  return text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_all, target: string, label?: string) => label ?? target);
}

function parseLines(text: string, options: MrkdwnOptions): readonly Inline[] {
  const out: Inline[] = [];
  let quoted: string[] = [];
  const endQuote = (): void => {
    if (quoted.length === 0) return;
    out.push({ kind: 'quote', children: joinLines(quoted, options) });
    quoted = [];
  };
  let needsBreak = false;
  for (const line of text.split('\n')) {
    // Slack also quotes a line that begins with an escaped sign; the page shows the risk rather than hides it.
    const quote = /^(?:>|&gt;)\s?(.*)$/.exec(line);
    if (quote) {
      quoted.push(quote[1] ?? '');
      needsBreak = false;
      continue;
    }
    endQuote();
    if (needsBreak) out.push({ kind: 'break' });
    out.push(...parseInline(line, options));
    needsBreak = true;
  }
  endQuote();
  return out;
}

function joinLines(lines: readonly string[], options: MrkdwnOptions): readonly Inline[] {
  return lines.flatMap((line, index): readonly Inline[] => [
    ...(index === 0 ? [] : [{ kind: 'break' as const }]),
    ...parseInline(line, options),
  ]);
}

/** One pattern for each thing a line may hold; the first that matches at a place wins. */
const PIECES: readonly [RegExp, (match: RegExpExecArray, options: MrkdwnOptions) => Inline | undefined][] = [
  [/`([^`\n]+)`/y, match => ({ kind: 'code', text: unescapeText(plainTokens(match[1] ?? '')) })],
  [/<([^<>\n]+)>/y, match => parseToken(match[1] ?? '')],
  [/:([a-z0-9_+'-]+):/y, match => ({ kind: 'emoji', name: match[1] ?? '' })],
  [
    /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?'")\]}*_~]/y,
    (match, options) => (options.verbatim ? undefined : bareLink(match[0])),
  ],
  [styled('\\*'), (match, options) => wrap('bold', match, options)],
  [styled('_'), (match, options) => wrap('italic', match, options)],
  [styled('~'), (match, options) => wrap('strike', match, options)],
];

/** A marker opens at a word's edge and closes at one, and holds no space at its inner sides. */
function styled(sign: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}${sign}])${sign}(?=\\S)([^\\n]*?[^\\s${sign}])${sign}(?![\\p{L}\\p{N}${sign}])`,
    'uy',
  );
}

function wrap(kind: 'bold' | 'italic' | 'strike', match: RegExpExecArray, options: MrkdwnOptions): Inline {
  return { kind, children: parseInline(match[1] ?? '', options) };
}

function bareLink(url: string): Inline {
  const target = unescapeText(url);
  return { kind: 'link', url: target, label: target };
}

function parseInline(line: string, options: MrkdwnOptions): readonly Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') out.push({ kind: 'text', text: unescapeText(plain) });
    plain = '';
  };
  for (let at = 0; at < line.length; ) {
    const found = pieceAt(line, at, options);
    if (found) {
      flush();
      out.push(found.inline);
      at += found.length;
    } else {
      plain += line[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function pieceAt(line: string, at: number, options: MrkdwnOptions) {
  for (const [pattern, read] of PIECES) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    const inline = match ? read(match, options) : undefined;
    if (match && inline) return { inline, length: match[0].length };
  }
  return undefined;
}

function parseToken(token: string): Inline | undefined {
  const [target = '', ...rest] = token.split('|');
  const label = rest.length > 0 ? unescapeText(rest.join('|')) : undefined;
  const named = label ? { label } : {};
  if (/^@[UW]/.test(target)) return { kind: 'user', id: target.slice(1), ...named };
  if (/^#[CGD]/.test(target)) return { kind: 'channel', id: target.slice(1), ...named };
  if (target.startsWith('!subteam^')) return { kind: 'usergroup', id: target.slice('!subteam^'.length), ...named };
  if (target.startsWith('!date^')) return parseDate(target, label ?? '');
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: 'broadcast', range: target.slice(1) };
  if (/^(https?|mailto|tel):/i.test(target)) {
    const url = unescapeText(target);
    return { kind: 'link', url, label: label ?? url.replace(/^mailto:/, '') };
  }
  return undefined;
}

function parseDate(target: string, fallback: string): Inline | undefined {
  const [, seconds = '', format = '', link] = target.split('^');
  const timestampS = Number(seconds);
  if (seconds === '' || !Number.isFinite(timestampS)) return undefined;
  return { kind: 'date', timestampS, format, fallback, ...(link ? { link } : {}) };
}
