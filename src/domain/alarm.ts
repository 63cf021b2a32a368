// When a request must be looked at again although nobody does anything: reminders, escalation, the deadline, a review.
import { durationMs } from './duration.ts';
import type { RequestRecord } from './record.ts';

export type Alarm = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'remind' | 'escalate' | 'expire' | 'review';
};

/** After the first reminder of an open review: once a day. */
const REVIEW_EVERY_MS = 86_400_000;

/** The next moment that the clock has something to do with this request; undefined when it never has again. */
export function nextAlarm(record: RequestRecord): Alarm | undefined {
  if (record.status === 'pending') return earliest(pendingAlarms(record));
  const { review } = record;
  if (review === undefined || review.closed !== undefined) return undefined;
  return { at: Date.parse(review.dueAt) + review.reminders * REVIEW_EVERY_MS, kind: 'review' };
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
  ];
}

function earliest(alarms: readonly Alarm[]): Alarm | undefined {
  return alarms.reduce((first, alarm) => (alarm.at < first.at ? alarm : first));
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
