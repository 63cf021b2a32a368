// A leaf of the log: one entry of the audit's stream, whole, in one spelling that anybody can make again.
import type { StoredEntry, StoredFact } from '../audit/chain.ts';
import { canonical } from '../canonical.ts';

/** What was stored together under one position. `fields` is what is no entry of ours: somebody else's hand put it there. */
export type Leaf = { readonly position: string } & (
  | { readonly id: string; readonly v: number; readonly entries: readonly StoredEntry[] }
  | { readonly fact: StoredFact }
  | { readonly fields: readonly string[] }
);

/**
 * The canonical JSON (RFC 8785) of what stands at `position`. `fields` are names and values by turns, as they were stored.
 * Where parsing would lose something of them, they stand as they are.
 */
export function leafOf(position: string, fields: readonly string[]): string {
  return canonical(understood(position, fields) ?? { position, fields });
}

function understood(position: string, fields: readonly string[]): Leaf | undefined {
  const [first, text = '', second, version = ''] = fields;
  if (first === 'fact' && fields.length === 2) {
    const fact = exactly(text);
    return fact === undefined ? undefined : { position, fact };
  }
  const v = Number(version);
  if (first !== 'id' || second !== 'v' || String(v) !== version || !Number.isSafeInteger(v)) return undefined;
  const entries: StoredEntry[] = [];
  for (let i = 4; i < fields.length; i += 2) {
    const entry = fields[i] === 'entry' ? exactly(fields[i + 1] ?? '') : undefined;
    if (entry === undefined) return undefined;
    entries.push(entry as StoredEntry);
  }
  return { position, id: text, v, entries };
}

/** The object that a text says, where it says nothing that the object does not: no member twice, no number out of reach. */
function exactly(text: string): StoredFact | undefined {
  const value = objectIn(text);
  return value !== undefined && !Array.isArray(value) && JSON.stringify(value) === text ? value : undefined;
}

/** What a leaf of ours says; throws where it is none. */
export function readLeaf(text: string): Leaf {
  return JSON.parse(text) as Leaf;
}

/** One entry of a request's chain, or one fact that belongs to none. */
export type Stored = { readonly entry: StoredEntry } | { readonly fact: StoredFact };

/** Entries and facts of a leaf, in their order. */
export function storedIn(leaf: Leaf): readonly Stored[] {
  if ('fact' in leaf) return [{ fact: leaf.fact }];
  return 'entries' in leaf ? leaf.entries.map(entry => ({ entry })) : storedAmong(leaf.fields);
}

/** The same of fields as the stream has them. What is not ours is passed over: whose entry it hides, the chain shows. */
export function storedAmong(fields: readonly string[]): readonly Stored[] {
  const found: Stored[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const stored = fields[i] === 'fact' || fields[i] === 'entry' ? objectIn(fields[i + 1] ?? '') : undefined;
    if (stored !== undefined) found.push(fields[i] === 'fact' ? { fact: stored } : { entry: stored as StoredEntry });
  }
  return found;
}

function objectIn(text: string): StoredFact | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as StoredFact) : undefined;
  } catch {
    return undefined;
  }
}
