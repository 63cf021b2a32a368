// What JSON can carry, but a canonical form, a policy or a card cannot: lone surrogates, endless depth, a name of JavaScript's own.
import type { Fault } from './fault.ts';
import { escaped } from './pointer.ts';

const MAX_DEPTH = 64;

/** Whether `textFaults` would find nothing; said first, because it nearly always is so. */
export function isSpeakable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || !key.isWellFormed()) return false;
    if (!isSpeakable((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

/** What JSON can carry but a canonical form, a policy or a card cannot. */
export function* textFaults(value: unknown, pointer = '', depth = 0): Generator<Fault> {
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      yield { pointer, message: 'has a lone surrogate and no canonical form; send valid Unicode.' };
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) {
      yield { pointer, message: `is nested deeper than ${MAX_DEPTH} levels; flatten it.` };
      return;
    }
    for (const key of Object.keys(value)) {
      const at = `${pointer}/${escaped(key)}`;
      if (!key.isWellFormed()) yield { pointer: at, message: 'has a name with a lone surrogate; send valid Unicode.' };
      if (key === '__proto__')
        yield { pointer: at, message: 'is a name that JavaScript cannot carry safely; rename it.' };
      yield* textFaults((value as Record<string, unknown>)[key], at, depth + 1);
    }
  }
}
