// When a request must be looked at again although nobody does anything: reminders, escalation, the deadline, a review.
import { durationMs } from './duration.ts';
import { grantTerms } from './grant.ts';
import type { RequestRecord } from './record.ts';

export type Alarm = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'remind' | 'escalate' | 'expire' | 'review' | 'lapse' | 'recognise';
};

/** After the first reminder of an open review: once a day. */
const REVIEW_EVERY_MS = 86_400_000;

/** The next moment that the clock has something to do with this request; undefined when it never has again. */
export function nextAlarm(record: RequestRecord): Alarm | undefined {
  if (record.status === 'pending') return earliest(pendingAlarms(record));
  return earliest([reviewAlarm(record), lapseAlarm(record)].filter(alarm => alarm !== undefined));
}

/** When an open review is called for next. */
export function reviewAlarm({ review }: RequestRecord): Alarm | undefined {
  if (review === undefined || review.closed !== undefined) return undefined;
  return { at: Date.parse(review.dueAt) + review.reminders * REVIEW_EVERY_MS, kind: 'review' };
}

/** People who were asked hear that an approval was never used once its time is over. */
function lapseAlarm(record: RequestRecord): Alarm | undefined {
  const { approval, uses, revoked, lapsedAt } = record;
  const isUnused = uses === 0 && revoked === undefined && lapsedAt === undefined;
  const terms = approval !== undefined && isUnused ? grantTerms(record) : undefined;
  return terms === undefined ? undefined : { at: terms.untilMs, kind: 'lapse' };
}

/** The deadline comes first where several fall together: what is over needs no reminder. */
function pendingAlarms(record: RequestRecord): Alarm[] {
  const { approval, expiresAt, reminders, escalatedAt } = record;
  const after = (duration: string | undefined) => askedSince(record) + (durationMs(duration ?? '') ?? Infinity);
  const escalation = escalatedAt === undefined ? approval?.escalate?.after : undefined;
  return [
    { at: Date.parse(expiresAt), kind: 'expire' },
    { at: after(escalation), kind: 'escalate' },
    { at: after(approval?.remind_after?.[reminders]), kind: 'remind' },
    { at: recognisedAt(record), kind: 'recognise' },
  ];
}

/** The first look comes soon, for somebody is adding them just now; later ones seldom, for many may wait for days. */
const LOOK_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 120_000;

/** When it is looked again whether somebody is known by now who was known to nobody. */
function recognisedAt({ unapprovable }: RequestRecord): number {
  if (unapprovable === undefined) return Infinity;
  const waitMs = Math.min(LOOK_AFTER_MS * 2 ** Math.min(unapprovable.looks, 10), LOOK_EVERY_MS);
  return Date.parse(unapprovable.lookedAt) + waitMs;
}

function earliest(alarms: readonly Alarm[]): Alarm | undefined {
  const [one, ...others] = alarms;
  if (one === undefined) return undefined;
  return others.reduce((first, alarm) => (alarm.at < first.at ? alarm : first), one);
}

/** How many of policy's reminders lie in the past: after an outage one is written, not all that were missed. */
export function remindersDue(record: RequestRecord, now: number): number {
  const waitsMs = (record.approval?.remind_after ?? []).map(text => durationMs(text) ?? Infinity);
  return waitsMs.filter(waitMs => askedSince(record) + waitMs <= now).length;
}

/** Nobody could answer before we had it, whatever time its service wrote on it. */
function askedSince({ storedAt }: RequestRecord): number {
  return Date.parse(storedAt);
}
