// The Merkle tree of RFC 6962: hashes of leaves and nodes, and the head of a tree, from the hashes of its whole subtrees.
import { createHash, hash } from 'node:crypto';

/** SHA-256, 32 bytes. */
export type Hash = Buffer;

export const HASH_BYTES = 32;

/**
 * The hash of a whole subtree: of the 2^`level` leaves from `index` · 2^`level` on. Level 0 are the leaves. Whoever asks
 * keeps to subtrees that the tree has.
 */
export type HashAt = (level: number, index: number) => Hash;

const NODE = Buffer.of(1);

/** Of what a leaf says, as UTF-8 (RFC 6962, section 2.1). */
export function leafHash(leaf: string): Hash {
  return hash('sha256', `\0${leaf}`, 'buffer');
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** Of a tree of `size` leaves; of none, the hash of nothing. */
export function treeHead(size: number, hashAt: HashAt): Hash {
  return size === 0 ? hash('sha256', '', 'buffer') : rangeHash(0, size, hashAt);
}

/** Of the leaves from `from` up to `to`, as they stand together in some tree. */
export function rangeHash(from: number, to: number, hashAt: HashAt): Hash {
  const count = to - from;
  const level = Math.log2(count);
  if (Number.isInteger(level)) return hashAt(level, from / count);
  const middle = from + splitOf(count);
  return nodeHash(rangeHash(from, middle, hashAt), rangeHash(middle, to, hashAt));
}

/** The largest power of two below `count`: where RFC 6962 divides that many leaves. */
export function splitOf(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

/** A tree that grows leaf by leaf and keeps no more than a hash for each of its levels. */
export type GrowingTree = {
  readonly size: () => number;
  /** Adds a leaf by its hash. */
  add(leaf: Hash): void;
  head(): Hash;
};

export function growTree(): GrowingTree {
  const whole: (Hash | undefined)[] = [];
  let size = 0;
  return {
    size: () => size,
    add(leaf) {
      let carried = leaf;
      let level = 0;
      for (let left = whole[0]; left !== undefined; left = whole[level]) {
        carried = nodeHash(left, carried);
        whole[level] = undefined;
        level += 1;
      }
      whole[level] = carried;
      size += 1;
    },
    head() {
      const parts = whole.filter(part => part !== undefined);
      const [last = treeHead(0, none), ...before] = parts;
      return before.reduce((right, left) => nodeHash(left, right), last);
    },
  };
}

function none(): never {
  throw new RangeError('An empty tree has no subtrees.');
}
