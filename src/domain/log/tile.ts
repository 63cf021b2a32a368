// Tiles (C2SP tlog-tiles): 256 hashes of one level of the tree in one file, so that a proof needs a few files and no rescan.
import { HASH_BYTES, type Hash, type HashAt, nodeHash } from './merkle.ts';

/** Levels of the tree that one tile spans. */
export const TILE_LEVELS = 8;
export const TILE_WIDTH = 2 ** TILE_LEVELS;

/** `level` counts tiles, `width` the hashes that it holds: 256 for one that is full. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };

/** How many hashes stand side by side at a level of tiles, in a tree of `size` leaves. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** `tile/0/x001/067`, or `tile/0/x001/067.p/12` for one that is not full. */
export function tilePath({ level, index, width }: Tile): string {
  const groups = [String(index % 1_000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    groups.unshift(`x${String(rest % 1_000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tiles of a tree of `size` leaves that one of `before` does not have, the lowest level first. */
export function tilesGrown(before: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const [had, has] = [hashesAt(level, before), hashesAt(level, size)];
    for (let index = Math.floor(had / TILE_WIDTH); index * TILE_WIDTH < has && had < has; index += 1) {
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, has - index * TILE_WIDTH) });
    }
  }
  return tiles;
}

/** Hashes of a tree of `size` leaves by its tiles; `read` gives the bytes of one. */
export function tiledHashes(size: number, read: (tile: Tile) => Buffer): HashAt {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    const count = 2 ** (level % TILE_LEVELS);
    const first = index * count;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, hashesAt(tileLevel, size) - tileIndex * TILE_WIDTH);
    const bytes = read({ level: tileLevel, index: tileIndex, width });
    const from = first % TILE_WIDTH;
    return folded(Array.from({ length: count }, (_, i) => hashIn(bytes, from + i)));
  };
}

/** The hash over a whole subtree's hashes, as many as a power of two. */
export function folded(hashes: readonly Hash[]): Hash {
  let level = hashes;
  while (level.length > 1) {
    const lower = level;
    level = Array.from({ length: lower.length / 2 }, (_, i) =>
      nodeHash(lower[2 * i] as Hash, lower[2 * i + 1] as Hash),
    );
  }
  return level[0] as Hash;
}

function hashIn(bytes: Buffer, at: number): Hash {
  return bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}
