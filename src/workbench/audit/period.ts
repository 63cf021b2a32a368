// A stretch of the audit by time: read from about where it begins, and no further than it ends.
import { readPosition } from '../../domain/log/position.ts';
import type { AuditLine, AuditLog } from '../../flow/ports.ts';

/** Milliseconds since 1970; `untilMs` itself is outside. */
export type Period = { readonly sinceMs?: number; readonly untilMs?: number };

/** Positions are by the clock of Redis, `at` is by ours. */
const CLOCKS_DIFFER_MS = 60_000;

export function isWithin(at: unknown, { sinceMs = -Infinity, untilMs = Infinity }: Period): boolean {
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) || (ms >= sinceMs && ms < untilMs); // of what cannot be dated it is not known that it is elsewhere
}

/** Lines that may lie in the period, oldest first, behind `after` where it is given. */
export async function* linesIn(
  log: Pick<AuditLog, 'lines'>,
  period: Period,
  after?: string,
): AsyncGenerator<AuditLine> {
  const { sinceMs, untilMs = Infinity } = period;
  const begin = sinceMs === undefined ? undefined : `${Math.max(0, sinceMs - CLOCKS_DIFFER_MS)}-0`;
  for await (const line of log.lines(after ?? begin)) {
    if (readPosition(line.position).ms > untilMs + CLOCKS_DIFFER_MS) return;
    if (isWithin('entry' in line ? line.entry.at : line.fact.at, period)) yield line;
  }
}
