// Overview: what is open and what has ended lately, read once for all who look at it.
import { isResolved } from '../domain/lifecycle.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { ListQuery, StandingApprovals, StandingList, Store } from './ports.ts';

export type Overview = {
  /** When it was begun to be read, in ms by the store's clock: it has every change before that. */
  readonly begunAt: number;
  readonly pending: readonly RequestRecord[];
  /** There are more pending ones than were read. */
  readonly isCut: boolean;
  /** Those about which people were asked and that ended lately, the newest first. */
  readonly resolved: readonly RequestRecord[];
  /** Those whose review is open. */
  readonly reviews: readonly RequestRecord[];
  readonly standing: StandingList;
};

export type OverviewWorld = {
  readonly store: Pick<Store, 'now' | 'list'>;
  readonly standing: Pick<StandingApprovals, 'inForce'>;
};

/** Of more than so many, whoever looks is told that some are missing; one reading costs 4 kB each. */
const MOST_PENDING = 2_000;
const MOST_RESOLVED = 200;
const MOST_REVIEWS = 100;
const RESOLVED_WITHIN_MS = 86_400_000;
/** What has ended is read again so seldom, since a flood would make it dear; what ends meanwhile is learnt. */
const RESOLVED_EVERY_MS = 10_000;
const PAGE = 100;

export type Overviews = {
  /** One that has every change until `since`. Whoever asks while it is read, or soon after, shares it. */
  from(since: number): Promise<Overview>;
  /** What has changed, as somebody read it. */
  learn(record: RequestRecord): void;
  /** More has changed than anybody read. */
  relearn(): void;
};

export function createOverviews({ store, standing }: OverviewWorld): Overviews {
  let newest: { readonly begunAt: number; readonly reading: Promise<Overview> } | undefined;
  let resolved: ReadonlyMap<string, RequestRecord> = new Map();
  let resolvedAt = Number.NEGATIVE_INFINITY;

  async function read(begunAt: number): Promise<Overview> {
    const { items: pending, isCut } = await all({ status: 'pending' }, MOST_PENDING);
    if (begunAt - resolvedAt > RESOLVED_EVERY_MS) {
      const found = await store.list({ limit: MOST_RESOLVED, where: one => endedSince(one, begunAt) });
      resolved = new Map(found.items.map(record => [record.id, record]));
      resolvedAt = begunAt;
    }
    const { items: reviews } = await all({ review: 'open' }, MOST_REVIEWS);
    const inForce = await standing.inForce(begunAt);
    return { begunAt, pending, isCut, resolved: [...resolved.values()].toSorted(later), reviews, standing: inForce };
  }

  async function all(query: Omit<ListQuery, 'limit' | 'cursor'>, most: number) {
    const items: RequestRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list({ ...query, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined && items.length < most);
    return { items, isCut: cursor !== undefined };
  }

  return {
    async from(since) {
      if (newest !== undefined && newest.begunAt >= since) return newest.reading;
      const begunAt = store.now();
      const reading = read(begunAt);
      newest = { begunAt, reading };
      // A reading that failed is nobody's any more.
      reading.catch(() => {
        if (newest?.reading === reading) newest = undefined;
      });
      return reading;
    },
    relearn() {
      resolvedAt = Number.NEGATIVE_INFINITY;
    },
    learn(record) {
      if (!endedSince(record, store.now())) return;
      const known = [...resolved].filter(([id]) => id !== record.id).slice(0, MOST_RESOLVED - 1);
      resolved = new Map([[record.id, record], ...known]);
    },
  };
}

function endedSince({ status, approval, resolution }: RequestRecord, now: number): boolean {
  if (!isResolved(status) || approval === undefined || resolution === undefined) return false;
  return Date.parse(resolution.at) > now - RESOLVED_WITHIN_MS;
}

function later(one: RequestRecord, other: RequestRecord): number {
  return Date.parse(other.resolution?.at ?? '') - Date.parse(one.resolution?.at ?? '');
}
