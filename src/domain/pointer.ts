// JSON pointers (RFC 6901): finding a value, and replacing one without touching the original.
import type { Json } from './canonical.ts';

/** The value that a pointer names, or undefined where there is none. Only own members are found. */
export function valueAt(document: unknown, pointer: string): Json | undefined {
  let at: unknown = document;
  for (const part of partsOf(pointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    if (Array.isArray(at) && part === 'length') return undefined; // JavaScript's own member, and no value of the document
    at = (at as Record<string, unknown>)[part];
  }
  return at as Json | undefined;
}

/** A copy in which the value that a pointer names is another one; the same document where it names none. */
export function replacedAt<T>(document: T, pointer: string, replace: (value: Json) => Json): T {
  const value = valueAt(document, pointer);
  return value === undefined ? document : (along(document, partsOf(pointer), replace) as T);
}

function along(at: unknown, [part, ...rest]: readonly string[], replace: (value: Json) => Json): unknown {
  if (part === undefined) return replace(at as Json);
  if (Array.isArray(at)) return at.with(Number(part), along(at[Number(part)], rest, replace));
  return { ...(at as object), [part]: along((at as Record<string, unknown>)[part], rest, replace) };
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a pointer names the value that another one names, or something inside it. */
export function isWithin(pointer: string, whole: string): boolean {
  const parts = partsOf(pointer);
  return partsOf(whole).every((part, i) => part === parts[i]);
}

/** What a pointer adds to one that it lies within: '' for the value itself. */
export function below(pointer: string, whole: string): string {
  const rest = partsOf(pointer).slice(partsOf(whole).length);
  return rest.map(part => `/${escaped(part)}`).join('');
}

/** A name as a part of a pointer. */
export function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
