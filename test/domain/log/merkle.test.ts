// The tree and its proofs: RFC 6962's published examples, and what must hold of any tree.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  growTree,
  type Hash,
  type HashAt,
  leafHash,
  nodeHash,
  rangeHash,
  treeHead,
} from '../../../src/domain/log/merkle.ts';
import { consistencyPath, inclusionPath, isGrown, isIncluded } from '../../../src/domain/log/proofs.ts';

function over(leaves: readonly Hash[]): HashAt {
  return function hashAt(level, index): Hash {
    const leaf = leaves[index];
    if (level > 0) return nodeHash(hashAt(level - 1, 2 * index), hashAt(level - 1, 2 * index + 1));
    if (leaf === undefined) throw new RangeError(`no leaf ${index}`);
    return leaf;
  };
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(`leaf ${i}`));

// The reference leaves and heads of Certificate Transparency's own tests.
const PUBLISHED = ['', '\x00', '\x10', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'].map(leafHash);
const HEADS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle tree', () => {
  it('has the published heads', () => {
    const heads = HEADS.map((_, i) => treeHead(i + 1, over(PUBLISHED)).toString('hex'));
    expect(heads).toEqual(HEADS);
    expect(treeHead(0, over([])).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('has the published paths', () => {
    const path = inclusionPath(5, 7, over(PUBLISHED)).map(hash => hash.toString('hex'));
    expect(path).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      rangeHash(6, 7, over(PUBLISHED)).toString('hex'),
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    const grown = consistencyPath(6, 7, over(PUBLISHED)).map(hash => hash.toString('hex'));
    expect(grown).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      rangeHash(6, 7, over(PUBLISHED)).toString('hex'),
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('is the same whether it grew or was read', () => {
    const leaves = leavesOf(70);
    const growing = growTree();
    for (const [i, leaf] of leaves.entries()) {
      expect(growing.head()).toEqual(treeHead(i, over(leaves)));
      growing.add(leaf);
    }
    expect(growing.size()).toBe(70);
  });

  it('proves of every leaf that it is in, and of no other hash, place, size or path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, other) => {
        const leaves = leavesOf(size);
        const index = at % size;
        const leaf = leaves[index] ?? leafHash('');
        const tree = { size, head: treeHead(size, over(leaves)) };
        const path = inclusionPath(index, size, over(leaves));
        expect(isIncluded(leaf, index, path, tree)).toBe(true);
        expect(isIncluded(leafHash('another'), index, path, tree)).toBe(false);
        if (other % (size + 3) !== index) expect(isIncluded(leaf, other % (size + 3), path, tree)).toBe(false);
        expect(isIncluded(leaf, index, [...path, leaf], tree)).toBe(false);
        if (path.length > 0) expect(isIncluded(leaf, index, path.slice(1), tree)).toBe(false);
      }),
    );
  });

  it('proves that it grew out of every smaller one, and out of no fork of it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 70 }), fc.nat({ max: 30 }), fc.nat(), (before, added, forkedAt) => {
        const leaves = leavesOf(before + added);
        const older = { size: before, head: treeHead(before, over(leaves)) };
        const newer = { size: before + added, head: treeHead(before + added, over(leaves)) };
        const path = consistencyPath(before, before + added, over(leaves));
        expect(isGrown(older, newer, path)).toBe(true);
        if (before === 0) return;
        const forked = leaves.with(forkedAt % before, leafHash('forked'));
        const fork = { size: before + added, head: treeHead(before + added, over(forked)) };
        expect(isGrown(older, fork, path)).toBe(false);
        expect(isGrown(older, fork, consistencyPath(before, before + added, over(forked)))).toBe(false);
        expect(isGrown(newer, older, path)).toBe(added === 0);
        expect(isGrown(older, newer, [...path, leafHash('more')])).toBe(false);
      }),
    );
  });
});
