// A moment as a person reads it: in their own zone, and in UTC, in which everybody else wrote it down.
import { durationMs } from '../../domain/duration.ts';
import { UsageError } from '../failing.ts';

export type MomentWords = (at: string) => string;

/** `2026-11-24 13:00:02 CET (12:00:02 UTC)`. Throws a `UsageError` where the zone is none. */
export function momentWords(zone: string): MomentWords {
  const local = formatter(zone);
  const utc = formatter('UTC');
  return at => {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return at;
    const [here, there] = [partsOf(local, date), partsOf(utc, date)];
    const hereWords = `${here.day} ${here.time} ${here.zone}`;
    if (here.zone === 'UTC') return hereWords;
    return `${hereWords} (${here.day === there.day ? '' : `${there.day} `}${there.time} UTC)`;
  };
}

/** The zone of this machine, as TZ or its settings say. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      timeZoneName: 'short',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
  } catch {
    throw new UsageError(`--zone ${timeZone} is no time zone; write one such as Europe/Berlin or UTC.`);
  }
}

function partsOf(
  format: Intl.DateTimeFormat,
  date: Date,
): { readonly day: string; readonly time: string; readonly zone: string } {
  const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
    zone: parts.timeZoneName ?? '',
  };
}

/** `30d` ago, a day (`2026-11-01`, its beginning in UTC) or a moment of RFC 3339, as milliseconds since 1970. */
export function momentMs(name: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ago = durationMs(text);
  if (ago !== undefined) return now - ago;
  const ms = /^\d{4}-\d\d-\d\d($|T.*(Z|[+-]\d\d:\d\d)$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(`${name} ${text} is no time; write 30d, 2026-11-01 or 2026-11-01T09:00:00Z.`);
}
