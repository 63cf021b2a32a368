// Requests, newest first, page by page; a page's place stays right while requests come, resolve and go.
import type { Redis } from 'ioredis';
import { Failure } from '../../domain/failure.ts';
import { statuses } from '../../domain/lifecycle.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { decodeRecord } from '../../domain/stored/record.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import type { ListQuery, Page } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import { idAt, type Keyspace, PLACE } from './keyspace.ts';

type Placed = { readonly place: string; readonly key: string };
type Listed = Placed & {
  readonly bytes: number;
  readonly record: RequestRecord | 'illegible' | undefined;
};

/** So that a page which few requests are wanted for ends within a moment, and says where to go on. */
const MOST_LOOKED_AT = 2_000;
/** A page ends sooner where the requests are large: nobody's list may hold up everybody else. */
const PAGE_BYTES = 1_048_576;
/** Wanted or not: where a page is searched for, that much is read for it. */
const MOST_READ_BYTES = 4 * PAGE_BYTES;
const PORTION_BYTES = PAGE_BYTES / 4;
/** Where few are wanted, a page of one must not cost a round trip for each that is looked at. */
const LEAST_LOOKED_AT = 100;

export function lister(redis: Redis, keys: Keyspace): (query: ListQuery) => Promise<Page> {
  return async query => {
    const { limit, cursor, where = () => true } = query;
    const areAllWanted = query.where === undefined && query.review === undefined;
    const atOnce = areAllWanted ? limit : Math.max(limit, LEAST_LOOKED_AT);
    const lists = await listsOf(query);
    const items: RequestRecord[] = [];
    let leftOut = 0;
    let itemBytes = 0;
    let readBytes = 0;
    let before = cursor === undefined ? undefined : decodeCursor(cursor);
    for (let lookedAt = atOnce; ; lookedAt += atOnce) {
      const places = await slice(lists, atOnce, before);
      for await (const { place, record, bytes } of records(places)) {
        before = place;
        readBytes += bytes;
        if (record === 'illegible') leftOut += 1;
        // A request may have resolved since its list was read: it is then in another list, at the same place.
        else if (record !== undefined && isWanted(query, record) && where(record)) {
          items.push(record);
          itemBytes += bytes;
        }
        if (items.length === limit || itemBytes >= PAGE_BYTES || readBytes >= MOST_READ_BYTES) return page(place);
      }
      if (places.length < atOnce) return page();
      if (before !== undefined && lookedAt >= MOST_LOOKED_AT) return page(before);
    }

    function page(last?: string): Page {
      return {
        items,
        ...(last === undefined ? {} : { next: encodeCursor(last) }),
        ...(leftOut === 0 ? {} : { leftOut }),
      };
    }
  };

  async function listsOf({ service, status, review }: ListQuery): Promise<readonly string[]> {
    if (review === 'open') return [keys.reviews];
    const services = service === undefined ? await orFailure(redis.smembers(keys.services)) : [service];
    const wanted = status === undefined ? statuses : [status];
    return services.flatMap(name => wanted.map(one => keys.list(name, one)));
  }

  /** The next `limit` places of all these lists together. */
  async function slice(all: readonly string[], limit: number, before: string | undefined): Promise<Placed[]> {
    const max = before === undefined ? '+' : `(${before}`;
    const lists = await Promise.all(
      all.map(async key => {
        const places = await orFailure(redis.zrevrangebylex(key, max, '-', 'LIMIT', 0, limit));
        return places.map(place => ({ key, place }));
      }),
    );
    // Once per request: one that resolves between two of these reads is seen in both lists.
    const merged = new Map(lists.flat().map(entry => [entry.place, entry]));
    return [...merged.values()].sort((a, b) => (a.place < b.place ? 1 : -1)).slice(0, limit);
  }

  /** Their records, a few at a time: a page that is full soon must not have read them all. */
  async function* records(places: readonly Placed[]): AsyncGenerator<Listed> {
    const sizes = await Promise.all(places.map(({ place }) => orFailure(redis.hstrlen(requestAt(place), 'record'))));
    const sized = places.map((entry, i) => ({ ...entry, bytes: sizes[i] ?? 0 }));
    for (const some of portions(sized)) {
      const listed = await Promise.all(
        some.map(async entry => {
          const text = await orFailure(redis.hget(requestAt(entry.place), 'record'));
          return { ...entry, record: text === null ? undefined : legibly(text) };
        }),
      );
      await forget(listed.filter(({ record }) => record === undefined));
      yield* listed;
    }
  }

  function requestAt(place: string): string {
    return keys.request(idAt(place));
  }

  /** Places outlive their records, which end with their retention. */
  async function forget(gone: readonly Listed[]): Promise<void> {
    await Promise.all(gone.map(({ key, place }) => orFailure(redis.zrem(key, place))));
  }
}

/** In their order, as many together as are not too much to read at once. */
function portions<T extends { readonly bytes: number }>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of all) {
    if (size + one.bytes > PORTION_BYTES) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(one);
    size += one.bytes;
  }
  return parts;
}

/** One that cannot be read here must not keep the others out of sight. */
function legibly(text: string): RequestRecord | 'illegible' {
  try {
    return decodeRecord(text);
  } catch (error) {
    if (isForeign(error)) return 'illegible';
    throw error;
  }
}

function isWanted({ service, status, review }: ListQuery, record: RequestRecord): boolean {
  if (service !== undefined && record.service.id !== service) return false;
  if (review === 'open' && record.review?.closed !== undefined) return false;
  return status === undefined || record.status === status;
}

function encodeCursor(place: string): string {
  return Buffer.from(place, 'latin1').toString('base64url');
}

function decodeCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('latin1');
  if (PLACE.test(place)) return place;
  const message = 'This cursor is not one of ours. Leave it out to begin with the newest request.';
  throw new Failure('bad_cursor', message, { isTransient: false });
}
