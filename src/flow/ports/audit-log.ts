// Reading the audit, wherever its entries are by now: sealed on a disk, or still in the stream of the store.
import type { StoredEntry, StoredFact } from '../../domain/audit/chain.ts';
import type { RequestRecord } from '../../domain/record.ts';

/**
 * One line of the audit, as it was stored: an entry of a request's chain, or a fact apart from any. `readEvent` of the
 * domain says what it tells.
 *
 * `position` is where it stood in the stream (`<milliseconds>-<count>`); what was stored in one commit shares one. `index`
 * is the leaf of the sealed log that holds it, from 0; absent while it waits to be sealed. Indexes always grow;
 * positions do, but for entries that were found only after a store had fallen back to an older state.
 */
export type AuditLine = { readonly position: string; readonly index?: number } & (
  | { readonly entry: StoredEntry }
  | { readonly fact: StoredFact }
);

/**
 * The whole audit, oldest first: read this and not the stream, from which sealed entries are taken away after a time.
 * Throws a `Failure` where a part cannot be read (`audit_gap`: entries were taken away that are not in this log, because
 * the folder of the sealer is not here).
 */
export interface AuditLog {
  /** Every line behind `after`, the position of a line that was read before; from the beginning without one. */
  lines(after?: string): AsyncIterable<AuditLine>;
  /** All lines of one request's chain, first to last, also of one whose record has ended. */
  of(request: string): Promise<readonly AuditLine[]>;
  /** The chain of a request whose record is at hand, by the places that were noted with it. */
  chainOf(record: RequestRecord): Promise<readonly StoredEntry[]>;
}

/** What is still in the stream. */
export interface AuditTail {
  after(position?: string): AsyncIterable<AuditLine>;
  /** Lines at one position; none where it was taken away. */
  at(position: string): Promise<readonly AuditLine[]>;
  /** Where a request's entries were stored, as far as that was noted. */
  placesOf(request: string): Promise<readonly string[]>;
  /** Up to where entries were taken away, because they are sealed. */
  trimmedTo(): Promise<string | undefined>;
}

/** What is sealed, where its folder is at hand. */
export interface SealedLog {
  after(position?: string): AsyncIterable<AuditLine>;
  at(position: string): Promise<readonly AuditLine[]>;
  of(request: string): Promise<readonly AuditLine[]>;
  /** The position that stands furthest in the stream, of those that are sealed. */
  furthest(): Promise<string | undefined>;
}
