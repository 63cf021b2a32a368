// A place in the audit's stream: `<milliseconds>-<count>`.

export type Position = { readonly ms: number; readonly count: number };

export function readPosition(text: string): Position {
  const [ms = '', count = '0'] = text.split('-');
  return { ms: Number(ms), count: Number(count) };
}

/** Whether the first stands behind the second. */
export function isBehind(first: string, second: string): boolean {
  const [a, b] = [readPosition(first), readPosition(second)];
  return a.ms === b.ms ? a.count > b.count : a.ms > b.ms;
}
