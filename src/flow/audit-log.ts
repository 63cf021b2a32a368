// One audit out of two parts: what is sealed, then what still waits in the stream.
import type { StoredEntry } from '../domain/audit/chain.ts';
import { Failure } from '../domain/failure.ts';
import { isBehind } from '../domain/log/position.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { AuditLine, AuditLog, AuditTail, SealedLog } from './ports.ts';

/** `sealed` is left out where nothing is sealed, or the folder of the log is elsewhere. */
export function openAuditLog({ tail, sealed }: { readonly tail: AuditTail; readonly sealed?: SealedLog }): AuditLog {
  async function* lines(after?: string): AsyncGenerator<AuditLine> {
    if (sealed !== undefined) yield* sealed.after(after);
    yield* unsealed(after);
  }

  async function* unsealed(after?: string): AsyncGenerator<AuditLine> {
    const from = furthest(after, await sealed?.furthest());
    const trimmed = await tail.trimmedTo();
    if (trimmed !== undefined && (from === undefined || isBehind(trimmed, from))) throw gap(trimmed);
    yield* tail.after(from);
  }

  async function of(request: string): Promise<AuditLine[]> {
    const found = [...((await sealed?.of(request)) ?? [])];
    for await (const line of unsealed()) if (isOf(line, request)) found.push(line);
    return found;
  }

  return {
    lines,
    of,
    async chainOf({ id, audit: { seq } }: RequestRecord): Promise<readonly StoredEntry[]> {
      const places = await tail.placesOf(id);
      const known = await Promise.all(places.map(async place => linesAt(place)));
      const entries = entriesOf(known.flat(), id);
      return (entries.length >= seq ? entries : entriesOf(await of(id), id)).slice(0, seq);
    },
  };

  async function linesAt(place: string): Promise<readonly AuditLine[]> {
    const waiting = await tail.at(place);
    return waiting.length > 0 || sealed === undefined ? waiting : sealed.at(place);
  }
}

function entriesOf(lines: readonly AuditLine[], request: string): StoredEntry[] {
  return lines.flatMap(line => ('entry' in line && line.entry.request === request ? [line.entry] : []));
}

function isOf(line: AuditLine, request: string): boolean {
  return 'entry' in line && line.entry.request === request;
}

function furthest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isBehind(a, b) ? a : b;
}

function gap(trimmed: string): Failure {
  const message =
    `The audit up to ${trimmed} was sealed and taken out of Redis, and its log is not here. ` +
    'Set AUDIT_DIR to the folder that the role sealer writes to.';
  return new Failure('audit_gap', message, { isTransient: false });
}
