// Reads a method's arguments from a form or JSON body. Structured ones arrive as JSON text inside a form.

export type Args = Readonly<Record<string, unknown>>;

const STRUCTURED = new Set(['blocks', 'attachments', 'metadata', 'view', 'message']);

export type Body = { readonly args: Args; readonly token: string | undefined };

export function parseBody(
  contentType: string,
  text: string,
  query: URLSearchParams,
): Body | { readonly error: string } {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(text === '' ? '{}' : text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { error: 'invalid_json' };
    Object.assign(fields, parsed);
  } else if (contentType.startsWith('application/x-www-form-urlencoded') || text === '') {
    Object.assign(fields, Object.fromEntries(new URLSearchParams(text)));
  } else {
    return { error: 'invalid_post_type' };
  }
  for (const name of STRUCTURED) {
    const value = fields[name];
    // What is not JSON stays a string: the method says which of its arguments is malformed.
    if (typeof value === 'string' && name in fields) fields[name] = parseJson(value) ?? value;
  }
  const { token, ...args } = fields;
  return { args, token: typeof token === 'string' ? token : undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function text(args: Args, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function flag(args: Args, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

export function count(args: Args, name: string, fallback: number, most: number): number {
  const value = Number(args[name] ?? fallback);
  return Number.isFinite(value) && value >= 1 ? Math.min(Math.floor(value), most) : fallback;
}

/** One page of a list, with the cursor Slack would give for the next. */
export function page<T>(
  items: readonly T[],
  args: Args,
  fallback: number,
): { readonly items: readonly T[]; readonly response_metadata: { readonly next_cursor: string } } {
  const limit = count(args, 'limit', fallback, 1000);
  const decoded = Number(Buffer.from(text(args, 'cursor'), 'base64').toString().replace('next:', ''));
  const from = Number.isFinite(decoded) && decoded > 0 ? decoded : 0;
  const next = from + limit < items.length ? Buffer.from(`next:${from + limit}`).toString('base64') : '';
  return { items: items.slice(from, from + limit), response_metadata: { next_cursor: next } };
}
