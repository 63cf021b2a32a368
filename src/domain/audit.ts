// Audit entries: append-only, each carrying the hash of the one before it within its request.
import { type Digest, digestOf } from './canonical.ts';

/** What an entry tells, before it is linked. `event` is a past participle: submitted, decided, voted, refused … */
export type AuditFact = {
  readonly event: string;
  readonly at: string;
  readonly [detail: string]: unknown;
  /** Names of the chain itself: a fact that used them would be overwritten, and its hash would not cover it. */
  readonly request?: never;
  readonly seq?: never;
  readonly prev?: never;
  readonly hash?: never;
};

export type AuditEntry = {
  readonly event: string;
  readonly at: string;
  readonly [detail: string]: unknown;
  readonly request: string;
  /** 1 for the request's first entry. */
  readonly seq: number;
  /** Hash of the request's previous entry; absent on the first. */
  readonly prev?: Digest;
  readonly hash: Digest;
};

/** Where a request's chain stands. */
export type AuditHead = { readonly seq: number; readonly hash?: Digest };

export const EMPTY_CHAIN: AuditHead = { seq: 0 };

/** Links facts behind a chain's head. The hash covers everything in the entry but itself. */
export function link(
  request: string,
  head: AuditHead,
  facts: readonly AuditFact[],
): { entries: AuditEntry[]; head: AuditHead } {
  const entries: AuditEntry[] = [];
  let at = head;
  for (const fact of facts) {
    const body = { ...fact, request, seq: at.seq + 1, ...(at.hash === undefined ? {} : { prev: at.hash }) };
    const entry = { ...body, hash: digestOf(body) };
    entries.push(entry);
    at = { seq: entry.seq, hash: entry.hash };
  }
  return { entries, head: at };
}

/** The first entry that does not follow from the ones before it, or undefined when the chain is whole. */
export function firstBreak(entries: readonly AuditEntry[]): AuditEntry | undefined {
  let prev: Digest | undefined;
  return entries.find((entry, i) => {
    const { hash, ...body } = entry;
    const holds = entry.seq === i + 1 && entry.prev === prev && digestOf(body) === hash;
    prev = hash;
    return !holds;
  });
}
