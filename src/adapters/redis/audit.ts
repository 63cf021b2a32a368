// Reading the audit: every entry and fact in the order in which they were stored, and one request's chain.
import type { Redis } from 'ioredis';
import type { StoredEntry, StoredFact } from '../../domain/audit/chain.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

/** `entry` belongs to a request's chain, `fact` to none. `position` is where to go on from. */
export type AuditLine =
  | { readonly position: string; readonly entry: StoredEntry }
  | { readonly position: string; readonly fact: StoredFact };

export type AuditOptions = { readonly redis: Redis; readonly namespace: string };

const BATCH = 500;
/** The clocks of Redis and of who stamped a record differ by milliseconds. */
const CLOCK_SLACK_MS = 5_000;

/** All that was stored after `position`, oldest first; from the beginning without one. */
export async function* readAudit({ redis, namespace }: AuditOptions, position?: string): AsyncGenerator<AuditLine> {
  const { audit } = keyspace(namespace);
  let from = position === undefined ? '-' : `(${position}`;
  for (;;) {
    const stored = await orFailure(redis.xrange(audit, from, '+', 'COUNT', BATCH));
    for (const [at, fields] of stored) yield* linesOf(at, fields);
    const last = stored.at(-1)?.[0];
    if (last === undefined) return;
    from = `(${last}`;
  }
}

/** A request's own entries, first to last; `firstBreak` of the domain says whether the chain is whole. */
export async function auditOf(options: AuditOptions, record: RequestRecord): Promise<readonly StoredEntry[]> {
  const known = await entriesAt(options, record);
  return known.length >= record.audit.seq ? known.slice(0, record.audit.seq) : searched(options, record);
}

/** By the places that were noted when they were written: nobody else's entries are read. */
async function entriesAt({ redis, namespace }: AuditOptions, { id }: RequestRecord): Promise<readonly StoredEntry[]> {
  const keys = keyspace(namespace);
  const places = await orFailure(redis.lrange(keys.auditOf(id), 0, -1));
  const stored = await Promise.all(places.map(place => orFailure(redis.xrange(keys.audit, place, place))));
  const lines = stored.flat().flatMap(([at, fields]) => [...linesOf(at, fields)]);
  return lines.flatMap(line => ('entry' in line && line.entry.request === id ? [line.entry] : []));
}

/** Requests whose entries were written before their places were noted, or to which somebody else's hand added. */
async function searched(options: AuditOptions, record: RequestRecord): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  const start = `${Date.parse(record.submittedAt) - CLOCK_SLACK_MS}-0`;
  for await (const line of readAudit(options, start)) {
    if ('entry' in line && line.entry.request === record.id) entries.push(line.entry);
    if (entries.length === record.audit.seq) break;
  }
  return entries;
}

/** The fields of one stream entry: `fact`, or `id`, `v` and any number of `entry`. */
function* linesOf(position: string, fields: readonly string[]): Generator<AuditLine> {
  for (let i = 0; i < fields.length; i += 2) {
    const text = fields[i + 1] ?? '';
    const stored = fields[i] === 'fact' || fields[i] === 'entry' ? parsed(text) : undefined;
    if (stored === undefined) continue; // written by somebody else: whose entry it hides, the chain shows
    yield fields[i] === 'fact' ? { position, fact: stored } : { position, entry: stored as StoredEntry };
  }
}

function parsed(text: string): StoredFact | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as StoredFact) : undefined;
  } catch {
    return undefined;
  }
}
