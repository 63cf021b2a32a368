// Which leaf is whose, and where: an index in SQLite beside the segments, made again from them whenever it is not there.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readLeaf } from '../../domain/log/leaf.ts';
import { readPosition } from '../../domain/log/position.ts';
import { readLeaves, SEGMENT_LEAVES, type Stretch } from './leaves.ts';

export type Place = Stretch & { readonly index: number };

export type NewPlace = Place & { readonly position: string; readonly request?: string };

export type Places = {
  /** How many leaves it knows. */
  size(): number;
  add(places: readonly NewPlace[]): void;
  /** Leaves with this position: one, but for what a store wrote again after it had fallen back. */
  at(position: string): readonly Place[];
  of(request: string): readonly Place[];
  /** The first leaf behind this position, or undefined where none is. */
  behind(position: string): number | undefined;
  /** The position that stands furthest in the stream. */
  furthest(): string | undefined;
  close(): void;
};

const FILE = 'places.sqlite';
/** Moves when its tables change: an index of another version is made again. */
const VERSION = 1;
const BATCH = 1_000;
/** Another process may be writing. */
const BUSY_MS = 5_000;

const TABLES = `
  CREATE TABLE leaf (idx INTEGER PRIMARY KEY, ms INTEGER, n INTEGER, request TEXT, offset INTEGER, bytes INTEGER);
  CREATE INDEX by_position ON leaf (ms, n);
  CREATE INDEX by_request ON leaf (request) WHERE request IS NOT NULL;
  PRAGMA user_version = ${VERSION};
`;

/** Opens it for who seals, and makes it know all of `size` leaves and nothing beyond; one that is broken is made anew. */
export async function openPlaces(dir: string, size: number): Promise<Places> {
  try {
    return await filled(dir, size);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR') throw error;
    for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `${FILE}${end}`), { force: true });
    return filled(dir, size);
  }
}

/** Opens it for who reads; whoever seals fills it. */
export function readPlaces(dir: string): Places {
  return placesIn(openFile(dir));
}

async function filled(dir: string, size: number): Promise<Places> {
  const db = openFile(dir);
  try {
    db.prepare('DELETE FROM leaf WHERE idx >= ?').run(size);
    const places = placesIn(db);
    const known = places.size();
    const first = known - (known % SEGMENT_LEAVES); // offsets count from the beginning of a segment
    let [offset, batch]: [number, NewPlace[]] = [0, []];
    for await (const { index, leaf, bytes } of readLeaves(dir, first, size)) {
      if (index % SEGMENT_LEAVES === 0) offset = 0;
      if (index >= known) batch.push({ index, offset, bytes, ...facts(leaf) });
      offset += bytes;
      if (batch.length === BATCH) {
        places.add(batch);
        batch = [];
      }
    }
    places.add(batch);
    return places;
  } catch (error) {
    db.close();
    throw error;
  }
}

function openFile(dir: string): DatabaseSync {
  const db = new DatabaseSync(join(dir, FILE), { timeout: BUSY_MS });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;'); // what a crash takes is made again
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  if (version !== VERSION) db.exec(`BEGIN IMMEDIATE; DROP TABLE IF EXISTS leaf; ${TABLES} COMMIT;`);
  return db;
}

function placesIn(db: DatabaseSync): Places {
  const insert = db.prepare('INSERT INTO leaf VALUES (?, ?, ?, ?, ?, ?)');
  const columns = 'SELECT idx AS "index", offset, bytes FROM leaf';
  const byPosition = db.prepare(`${columns} WHERE ms = ? AND n = ? ORDER BY idx`);
  const byRequest = db.prepare(`${columns} WHERE request = ? ORDER BY idx`);
  const count = db.prepare('SELECT coalesce(max(idx) + 1, 0) AS size FROM leaf');
  const last = db.prepare('SELECT ms, n FROM leaf ORDER BY ms DESC, n DESC LIMIT 1');
  const next = db.prepare('SELECT min(idx) AS "index" FROM leaf WHERE (ms, n) > (?, ?)');
  return {
    size: () => count.get()?.size as number,
    add(places) {
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const { index, position, request, offset, bytes } of places) {
          const at = readPosition(position);
          insert.run(index, at.ms, at.count, request ?? null, offset, bytes);
        }
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    at(position) {
      const { ms, count } = readPosition(position);
      return byPosition.all(ms, count) as Place[];
    },
    of: request => byRequest.all(request) as Place[],
    behind(position) {
      const known = this.at(position).at(-1);
      if (known !== undefined) return known.index + 1;
      const { ms, count } = readPosition(position);
      return (next.get(ms, count)?.index ?? undefined) as number | undefined;
    },
    furthest() {
      const found = last.get();
      return found === undefined ? undefined : `${found.ms}-${found.n}`;
    },
    close: () => db.close(),
  };
}

export function facts(text: string): { position: string; request?: string } {
  const leaf = readLeaf(text);
  return { position: leaf.position, ...('id' in leaf ? { request: leaf.id } : {}) };
}
