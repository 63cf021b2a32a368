// The hashes on the disk, as tiles: written whole, flushed, and replaced by none but fuller ones.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES, type Hash, type HashAt } from '../../domain/log/merkle.ts';
import {
  folded,
  hashesAt,
  TILE_LEVELS,
  TILE_WIDTH,
  type Tile,
  tiledHashes,
  tilePath,
  tilesGrown,
} from '../../domain/log/tile.ts';
import { damaged, isAbsent, putDurably } from './disk.ts';

/** Enough for every tile that one proof touches, many times over. */
const MOST_KEPT = 64;

/** Hashes of the tree of `size` leaves. Reads each tile once; one that is missing or cut short is a failure. */
export function hashesOnDisk(dir: string, size: number): HashAt {
  const kept = new Map<string, Buffer>();
  return tiledHashes(size, tile => {
    const path = tilePath(tile);
    const known = kept.get(path);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const bytes = readTile(dir, tile);
    kept.set(path, bytes);
    return bytes;
  });
}

function readTile(dir: string, tile: Tile): Buffer {
  const path = tilePath(tile);
  // One that is full by now has taken the place of those that were not.
  const bytes = tryRead(join(dir, path)) ?? tryRead(join(dir, tilePath({ ...tile, width: TILE_WIDTH })));
  if (bytes === undefined) throw damaged(`${path} is missing.`);
  if (bytes.length < tile.width * HASH_BYTES) throw damaged(`${path} is cut short.`);
  return bytes;
}

function tryRead(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Writes what a tree of `before` leaves needs beyond its tiles to have these leaves as well. */
export async function writeTiles(dir: string, before: number, leaves: readonly Hash[]): Promise<void> {
  const size = before + leaves.length;
  const older = hashesOnDisk(dir, before);
  const rows: Hash[][] = [[...leaves]];
  for (const tile of tilesGrown(before, size)) {
    const { level, index, width } = tile;
    const from = hashesAt(level, before);
    const row = rows[level] ?? [];
    const hashes = Array.from({ length: width }, (_, i) => {
      const at = index * TILE_WIDTH + i;
      return at < from ? older(level * TILE_LEVELS, at) : (row[at - from] as Hash);
    });
    await putDurably(join(dir, tilePath(tile)), Buffer.concat(hashes));
    if (width === TILE_WIDTH) rows[level + 1] = [...(rows[level + 1] ?? []), folded(hashes)];
  }
}

/** Takes away the tiles that were not full and now are. Only behind a checkpoint: whoever reads an older one has the full. */
export async function dropOutgrown(dir: string, before: number, size: number): Promise<void> {
  for (const tile of tilesGrown(before, size)) {
    if (tile.width === TILE_WIDTH) await rm(`${join(dir, tilePath(tile))}.p`, { recursive: true, force: true });
  }
}
