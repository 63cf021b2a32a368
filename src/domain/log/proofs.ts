// Proofs about Merkle trees (RFC 6962, section 2.1): that a leaf is in one, and that one grew out of another.
import { type Hash, type HashAt, nodeHash, rangeHash, splitOf } from './merkle.ts';

/** The hashes that lead from the leaf at `index` to the head of a tree of `size` leaves, the lowest first. */
export function inclusionPath(index: number, size: number, hashAt: HashAt): Hash[] {
  if (!(index >= 0 && index < size)) throw new RangeError('There is no such leaf in this tree.');
  return pathIn(index, 0, size, hashAt);
}

function pathIn(index: number, from: number, to: number, hashAt: HashAt): Hash[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...pathIn(index, from, middle, hashAt), rangeHash(middle, to, hashAt)]
    : [...pathIn(index, middle, to, hashAt), rangeHash(from, middle, hashAt)];
}

/** The hashes that show that the first `before` leaves of a tree of `size` are the tree that they were. */
export function consistencyPath(before: number, size: number, hashAt: HashAt): Hash[] {
  if (!(before >= 0 && before <= size)) throw new RangeError('A tree does not grow out of a larger one.');
  return before === 0 ? [] : grownIn(before, 0, size, true, hashAt);
}

function grownIn(before: number, from: number, to: number, isKnown: boolean, hashAt: HashAt): Hash[] {
  if (before === to) return isKnown ? [] : [rangeHash(from, to, hashAt)];
  const middle = from + splitOf(to - from);
  return before <= middle
    ? [...grownIn(before, from, middle, isKnown, hashAt), rangeHash(middle, to, hashAt)]
    : [...grownIn(before, middle, to, false, hashAt), rangeHash(from, middle, hashAt)];
}

export type Tree = { readonly size: number; readonly head: Hash };

/** Whether the leaf with this hash is at `index` of the tree (RFC 9162, section 2.1.3.2). */
export function isIncluded(leaf: Hash, index: number, path: readonly Hash[], { size, head }: Tree): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last] = [index, size - 1];
  let reached = leaf;
  for (const hash of path) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      reached = nodeHash(hash, reached);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      reached = nodeHash(reached, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && reached.equals(head);
}

/** Whether `after` is `before` with leaves added at its end (RFC 9162, section 2.1.4.2). */
export function isGrown(before: Tree, after: Tree, path: readonly Hash[]): boolean {
  if (before.size > after.size) return false;
  if (before.size === after.size) return path.length === 0 && before.head.equals(after.head);
  if (before.size === 0) return path.length === 0;
  const isWhole = Number.isInteger(Math.log2(before.size));
  const [first, ...rest] = isWhole ? [before.head, ...path] : path;
  if (first === undefined) return false;
  let [at, last] = [before.size - 1, after.size - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newer = nodeHash(newer, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && older.equals(before.head) && newer.equals(after.head);
}

// Not by bits: those of JavaScript end at 32.
function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}
