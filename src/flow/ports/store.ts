// The memory of requests, and waiting for what becomes of one.
import type { NotedEvent } from '../../domain/audit/events.ts';
import type { Change } from '../../domain/change.ts';
import type { Status } from '../../domain/lifecycle.ts';
import type { RequestRecord } from '../../domain/record.ts';

/** The memory. One record per request, changed only by a compare-and-set on its version. */
export interface Store {
  /** Milliseconds since 1970 by the store's own clock: one clock for all processes. */
  now(): number;
  read(id: string): Promise<RequestRecord | undefined>;
  /**
   * Stores the next record, its audit entries, its effects and its indexes in one atomic act, if the stored version is
   * still `change.expected`. The same change offered again, because its answer was lost, is `ok`; an equal one that
   * somebody else took in the same moment is not, for only one of two can win. What breaks glass is stored only if no more
   * others of its service did within 24 hours than it was judged by; else it is `isOutdated`, and `actual` is what stands.
   */
  commit(change: Change): Promise<Committed>;
  /** Writes down an event that belongs to no request: a foreign envelope, a click on something unknown. */
  note(event: NotedEvent): Promise<void>;
  /** How many requests of this service, but for this one, broke glass within the last 24 hours. */
  glassBrokenBy(service: string, except: string): Promise<number>;
  /** Ids of requests whose next alarm is at or before `ms`, earliest first. */
  due(ms: number, limit: number): Promise<readonly string[]>;
  /** Requests, newest first. */
  list(query: ListQuery): Promise<Page>;
}

export type Committed =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly actual: RequestRecord | undefined;
      /** Nobody may have touched the record, but what the change was judged by has moved: judge again. */
      readonly isOutdated?: true;
      /** Nothing was created, because its service has used up what it may. */
      readonly over?: OverBudget;
    };

/** What one service may have at a time or a second, so that its weight is its own. */
export type Budget = 'requests_per_second' | 'pending' | 'stored_bytes' | 'waiters' | 'large_calls' | 'policy_time';

export type OverBudget = { readonly budget: Budget; readonly retryAfterMs: number };

export type ListQuery = {
  /** Left out: every service's. */
  readonly service?: string;
  readonly status?: Status;
  /** Only those whose review is open, whatever their status. */
  readonly review?: 'open';
  /** Only those for which it holds. A page may then be short, or empty, although another follows. */
  readonly where?: (record: RequestRecord) => boolean;
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
};

export type Page = {
  readonly items: readonly RequestRecord[];
  readonly next?: string;
  /** How many on this page could not be read here: a newer version wrote them, say. Absent where there are none. */
  readonly leftOut?: number;
};

/** How a request stands, without its record. */
export type Peeked = { readonly version: number; readonly status: Status; readonly service: string };

/** Waiting for a change: a hint wakes, the stored status decides; whoever is woken by one change shares one record. */
export interface Waiting {
  /** The record as soon as `isEnough` holds, or as it stands after `timeoutMs`; undefined when there is none. */
  until(
    id: string,
    isEnough: (standing: Pick<Peeked, 'version' | 'status'>) => boolean,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<RequestRecord | undefined>;
}
