// Dates as Slack's tokens spell them, in the zone of whoever looks.

const DAY_MS = 86_400_000;

type Part = (at: Date, now: Date) => string;

const show =
  (options: Intl.DateTimeFormatOptions): Part =>
  at =>
    new Intl.DateTimeFormat('en-GB', options).format(at);

const longDate = show({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const mediumDate = show({ day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = show({ day: 'numeric', month: 'short', year: 'numeric' });
const clock = show({ hour: '2-digit', minute: '2-digit' });

function daysAway(at: Date, now: Date): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(at) - midnight(now)) / DAY_MS);
}

/** "today" and its neighbours where they say it better. */
function pretty(otherwise: Part): Part {
  return (at, now) => {
    const days = daysAway(at, now);
    if (days === 0) return 'today';
    if (days === 1) return 'tomorrow';
    return days === -1 ? 'yesterday' : otherwise(at, now);
  };
}

function ago(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3_600) return format.format(Math.round(seconds / 60), 'minute');
  return size < 86_400
    ? format.format(Math.round(seconds / 3_600), 'hour')
    : format.format(Math.round(seconds / 86_400), 'day');
}

const PARTS: Readonly<Record<string, Part>> = {
  date: mediumDate,
  date_num: at => at.toISOString().slice(0, 10),
  date_slash: show({ day: '2-digit', month: '2-digit', year: 'numeric' }),
  date_long: longDate,
  date_short: shortDate,
  date_pretty: pretty(mediumDate),
  date_long_pretty: pretty(longDate),
  date_short_pretty: pretty(shortDate),
  day_divider_pretty: pretty(longDate),
  time: clock,
  time_secs: show({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  ago,
};

export function formatDate(timestampS: number, format: string, fallback: string, now = new Date()): string {
  const at = new Date(timestampS * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const shown = format.replace(/\{([a-z_]+)\}/g, (all, name: string) => PARTS[name]?.(at, now) ?? all);
  // A format Slack does not know shows the fallback instead.
  if (/\{[a-z_]+\}/.test(shown)) return fallback;
  return /^\{date[a-z_]*pretty\}/.test(format) ? shown.charAt(0).toUpperCase() + shown.slice(1) : shown;
}

export const tsToDate = (ts: string): Date => new Date(Number(ts) * 1000);
export const timeOf = (ts: string): string => clock(tsToDate(ts), new Date());
export const fullTimeOf = (ts: string): string => `${longDate(tsToDate(ts), new Date())} at ${timeOf(ts)}`;
export const dayOf = (ts: string): string => {
  const name = pretty(show({ weekday: 'long', day: 'numeric', month: 'long' }))(tsToDate(ts), new Date());
  return name.charAt(0).toUpperCase() + name.slice(1);
};
/** Seconds are not worth counting. */
const JUST_NOW_MS = 45_000;
export function agoOf(ts: string): string {
  const now = new Date();
  const at = tsToDate(ts);
  return now.getTime() - at.getTime() < JUST_NOW_MS ? 'just now' : ago(at, now);
}
