// The chain: a request's audit entries, append-only, each carrying the hash of the one before it.
import { type Digest, digestOf } from '../canonical.ts';
import type { ChainedEvent, NotedEvent } from './events.ts';
import type { AuditHead } from './head.ts';
import { type Written, written } from './written.ts';

/** Names of the chain itself, the same in every version. */
export type Place = {
  readonly request: string;
  /** 1 for the request's first entry. */
  readonly seq: number;
  /** Hash of the request's previous entry; absent on the first. */
  readonly prev?: Digest;
  readonly hash: Digest;
};

/** An entry as we write it. */
export type AuditEntry = Written<ChainedEvent> & Place;

/** A fact as we note it, apart from every chain. */
export type AuditFact = Written<NotedEvent>;

/** An entry as it was stored, by whatever version: `readEvent` says what it tells. */
export type StoredEntry = Place & { readonly [member: string]: unknown };

/** The same of a fact. */
export type StoredFact = { readonly [member: string]: unknown };

/** Links events behind a chain's head. The hash covers everything in the entry but itself. */
export function link(
  request: string,
  head: AuditHead,
  events: readonly ChainedEvent[],
): { entries: AuditEntry[]; head: AuditHead } {
  const entries: AuditEntry[] = [];
  let at = head;
  for (const event of events) {
    const body = { ...written(event), request, seq: at.seq + 1, ...(at.hash === undefined ? {} : { prev: at.hash }) };
    const entry = { ...body, hash: digestOf(body) };
    entries.push(entry);
    at = { seq: entry.seq, hash: entry.hash };
  }
  return { entries, head: at };
}

/** The first entry that does not follow from the ones before it, or undefined when the chain is whole. */
export function firstBreak<E extends Place>(entries: readonly E[]): E | undefined {
  let prev: Digest | undefined;
  return entries.find((entry, i) => {
    const { hash, ...body } = entry;
    const holds = entry.seq === i + 1 && entry.prev === prev && digestOf(body) === hash;
    prev = hash;
    return !holds;
  });
}
