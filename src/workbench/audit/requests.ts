// Requests as the audit has them, one line each: who asked for what, who answered, how it ended. In bounded memory.
import { readEvent } from '../../domain/audit/read.ts';
import type { ResolvedBy, Status } from '../../domain/lifecycle.ts';
import { isBehind } from '../../domain/log/position.ts';
import { present } from '../../domain/present.ts';
import type { AuditLine } from '../../flow/ports.ts';
import { nameOf } from './names.ts';
import { isWithin, type Period } from './period.ts';

export type RequestLine = {
  /** Of the entry that ended it; of its submission while it is pending. Positions of a list grow. */
  readonly position: string;
  readonly request: string;
  readonly service: string;
  readonly action: string;
  readonly user: string;
  readonly resource: string;
  readonly submitted_at: string;
  readonly status: Status;
  readonly resolved_by?: ResolvedBy;
  readonly resolved_at?: string;
  readonly reason?: string;
  /** Whose answers counted when they were given. */
  readonly approved_by: readonly string[];
  readonly denied_by: readonly string[];
};

export type RequestFilter = Period & {
  /** Whoever asked, or answered so that it counted. */
  readonly who?: string;
  readonly action?: string;
  readonly service?: string;
  /** Left out: everything that ended. */
  readonly outcome?: Status;
  readonly after?: string;
};

/**
 * `lines` from the beginning of the audit: what ended last month may have been asked before. The period is of the end, or of
 * the submission where `outcome` is `pending`. Only what is open is remembered.
 */
export async function* requestsIn(lines: AsyncIterable<AuditLine>, filter: RequestFilter): AsyncGenerator<RequestLine> {
  const open = new Map<string, RequestLine>();
  for await (const line of lines) {
    if (!('entry' in line) || !TOLD.has(line.entry.event)) continue;
    const read = readEvent(line.entry);
    if (read.kind === 'unknown') continue;
    const { event } = read;
    const { position, entry } = line;
    const kept = open.get(entry.request);
    if (event.event === 'submitted') {
      const { action, user, resource } = event.submission;
      open.set(entry.request, {
        ...{ position, request: entry.request, service: event.service.id, action, user: user.id },
        ...{ resource: `${resource.type} ${resource.id}`, submitted_at: event.at, status: 'pending' },
        ...{ approved_by: [], denied_by: [] },
      });
    } else if (event.event === 'voted' && event.counted && kept !== undefined) {
      const list = event.vote === 'approve' ? 'approved_by' : 'denied_by';
      const who = nameOf(event.evidence.who) ?? 'somebody';
      open.set(entry.request, { ...kept, [list]: [...new Set([...kept[list], who])] });
    } else if (event.event === 'resolved' && kept !== undefined) {
      open.delete(entry.request);
      const { status, by: resolved_by, at: resolved_at, reason } = event;
      const ended = { ...kept, position, status, resolved_by, resolved_at, ...present({ reason }) };
      if (isMeant(ended, resolved_at, filter)) yield ended;
    }
  }
  if (filter.outcome !== 'pending') return;
  for (const line of open.values()) if (isMeant(line, line.submitted_at, filter)) yield line;
}

const TOLD: ReadonlySet<unknown> = new Set(['submitted', 'voted', 'resolved']);

function isMeant(
  line: RequestLine,
  at: string,
  { who, action, service, outcome, after, ...period }: RequestFilter,
): boolean {
  return (
    (after === undefined || isBehind(line.position, after)) &&
    isWithin(at, period) &&
    (action === undefined || line.action === action) &&
    (service === undefined || line.service === service) &&
    (outcome === undefined || line.status === outcome) &&
    (who === undefined || [line.user, ...line.approved_by, ...line.denied_by].includes(who))
  );
}
