// What the flow offers to whoever reads: each request exists only for those who may know of it.
import type { Corroborated } from '../../domain/corroborated.ts';
import type { Fault } from '../../domain/fault.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Caller } from './callers.ts';
import type { ListQuery, Page } from './store.ts';

export type ListCall = Pick<ListQuery, 'status' | 'review' | 'limit' | 'cursor'> & {
  /** Those pending requests in which the person who calls could answer now, by the groups of the directory. */
  readonly awaiting?: 'me';
};

/** With `faults` the code is `invalid_request`: what was asked for makes no sense of this caller. */
export type Listing = Page | (Refusal & { readonly faults?: readonly Fault[] });

export type Reading = {
  /** The request, as far as the caller may know of it: any other does not exist for them. */
  read(caller: Caller, id: string): Promise<RequestRecord | Refusal>;
  /** A service's own; a person's: those that wait for them, or by status those that they may see. */
  list(caller: Caller, call: ListCall): Promise<Listing>;
  /** Whether the caller may wait for it; the wait itself begins with `until`. */
  wait(caller: Caller, id: string): Promise<WaitingCaller | Refusal>;
  /** What policy answered about it, by our audit and by OPA's own log. */
  decisions(
    caller: Caller,
    id: string,
  ): Promise<{ readonly kind: 'decisions'; readonly items: readonly Corroborated[] } | Refusal>;
};

export type WaitingCaller = {
  readonly kind: 'waiting';
  /** The record as soon as it is resolved, or as it stands after `timeoutMs` or when `signal` aborts; undefined when it is gone. */
  until(timeoutMs: number, signal: AbortSignal): Promise<RequestRecord | undefined>;
};
