// Steps that the clock takes while a request is open: people are reminded, more are asked, a review is called for.
import { remindersDue, reviewAlarm } from '../alarm.ts';
import type { ChainedEvent } from '../audit/events.ts';
import { callsTo } from '../called.ts';
import { type Change, change, type Unchanged, unchanged } from '../change.ts';
import type { Effect } from '../effect.ts';
import type { Roster } from '../eligible.ts';
import { isResolved } from '../lifecycle.ts';
import { noticesOf } from '../obligations.ts';
import { type RequestRecord, timestamp } from '../record.ts';

/** Nobody has answered yet: a line below the card says so. Reminders that were missed are not written one by one. */
export function reminded(record: RequestRecord, now: number, roster?: Roster): Change | Unchanged {
  const due = remindersDue(record, now);
  if (record.status !== 'pending' || due <= record.reminders) return unchanged(record);
  const fact: ChainedEvent = { event: 'reminded', at: timestamp(now), reminder: due };
  const calls = roster === undefined ? [] : callsTo(record, roster.membersOf);
  return change(record, { reminders: due }, [fact], [{ kind: 'remark_line', says: 'reminder' }, ...calls]);
}

/** More people are asked from now on. Who that is, policy says when it is asked about this record. */
export function escalated(record: RequestRecord, now: number): Change | Unchanged {
  if (record.status !== 'pending' || record.escalatedAt !== undefined) return unchanged(record);
  const escalatedAt = timestamp(now);
  const fact: ChainedEvent = { event: 'escalated', at: escalatedAt, channel: record.approval?.escalate?.channel };
  const effects = [{ kind: 'card' }, { kind: 'remark_line', says: 'escalated' }] as const;
  return change(record, { escalatedAt }, [fact], effects);
}

/** Whoever nobody knew may be known by now: the card is made anew, and with it is looked who is known. */
export function lookedAgain(record: RequestRecord, now: number): Change | Unchanged {
  const { unapprovable } = record;
  if (record.status !== 'pending' || unapprovable === undefined) return unchanged(record);
  const looks = unapprovable.looks + 1;
  return change(record, { unapprovable: { ...unapprovable, lookedAt: timestamp(now), looks } }, [], [{ kind: 'card' }]);
}

/** A review is due and nobody has closed it. */
export function reviewDue(record: RequestRecord, now: number): Change | Unchanged {
  const { review } = record;
  const alarm = reviewAlarm(record);
  if (review === undefined || alarm === undefined || now < alarm.at) return unchanged(record);
  const reminders = review.reminders + 1;
  const fact: ChainedEvent = { event: 'reminded', at: timestamp(now), reminder: reminders, of: 'review' };
  return change(record, { review: { ...review, reminders } }, [fact], reviewCalls(record));
}

/** Everybody who heard of the emergency is called again: below its card, and where policy had it announced. */
function reviewCalls({ approval, decision }: RequestRecord): readonly Effect[] {
  const channels = decision === undefined ? [] : noticesOf(decision);
  const line: Effect[] = approval === undefined ? [] : [{ kind: 'remark_line', says: 'review_due' }];
  const notices = channels.map((channel): Effect => ({ kind: 'notice', channel, says: 'review_due' }));
  const calls = [...line, ...notices];
  // An emergency that was announced nowhere must not be forgotten everywhere.
  return calls.length > 0 ? calls : [{ kind: 'notice', says: 'review_due' }];
}

/** Whether a request still has something open, so that the clock and the lists must know it. */
export function isOpen(record: RequestRecord): boolean {
  return !isResolved(record.status) || (record.review !== undefined && record.review.closed === undefined);
}
