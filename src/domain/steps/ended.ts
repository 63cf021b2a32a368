// Steps that end a request without an answer from policy or people: the clock, the requester, a breakdown.
import type { Evidence } from '../audit/evidence.ts';
import { type Change, change, type StepResult, type Unchanged, unchanged } from '../change.ts';
import { type Failure, TOO_HEAVY } from '../failure.ts';
import { after, type Happening, type ResolvedBy } from '../lifecycle.ts';
import { type RequestRecord, timestamp } from '../record.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { tellings } from './tellings.ts';

/** The deadline has passed. Nobody said no; nobody is named. */
export function expired(record: RequestRecord, now: number): Change | Unchanged {
  if (now < Date.parse(record.expiresAt)) return unchanged(record);
  const reason =
    record.decision === undefined
      ? `Policy gave no answer before the deadline: ${record.trouble ?? 'it was not asked in time'}`
      : 'No one answered in time.';
  return end(record, 'deadline', 'clock', reason, now) ?? unchanged(record);
}

/** The requester no longer wants it; `evidence`: which person it was, where no service said so. */
export function cancelled(record: RequestRecord, now: number, evidence?: Evidence): Change | Refusal {
  return end(record, 'cancel', 'requester', undefined, now, evidence) ?? refuse('already_resolved', record);
}

/** Something that no retry can mend: an unusable policy answer, no channel that can be posted to. */
export function broken(record: RequestRecord, cause: string, now: number): Change | Refusal {
  return end(record, 'breakdown', 'system', cause, now) ?? refuse('already_resolved', record);
}

/** Policy cannot be asked: noted once for whoever looks, however often it is tried; the request stays pending. */
export function delayed(record: RequestRecord, trouble: string, now: number): Change | Unchanged {
  if (record.status !== 'pending' || record.trouble !== undefined) return unchanged(record);
  return change(record, { trouble }, [{ event: 'delayed', at: timestamp(now), trouble }]);
}

/** Policy has not judged it: because policy is not there, or because of the request itself. */
export function putOff(record: RequestRecord, { code, message }: Failure, now: number): StepResult {
  return code === TOO_HEAVY ? unjudged(record, message, now) : delayed(record, message, now);
}

/** So often it is tried to judge a request that takes policy too long; then it is told what is wrong with it. */
const MOST_UNJUDGED = 5;

/** Policy answers others and not this one: tried again a few times, then it ends, for no waiting will mend it. */
function unjudged(record: RequestRecord, cause: string, now: number): StepResult {
  if (record.status !== 'pending') return unchanged(record);
  const times = (record.unjudged ?? 0) + 1;
  if (times >= MOST_UNJUDGED) return broken(record, cause, now);
  return change(record, { trouble: cause, unjudged: times }, [
    { event: 'delayed', at: timestamp(now), trouble: cause },
  ]);
}

function end(
  record: RequestRecord,
  happening: Happening,
  by: ResolvedBy,
  reason: string | undefined,
  now: number,
  evidence?: Evidence,
): Change | undefined {
  const status = after(record.status, happening);
  if (status === undefined) return undefined;
  const resolution = { by, at: timestamp(now), ...(reason === undefined ? {} : { reason }) };
  const effects = tellings({ ...record, status, resolution });
  return change(record, { status, resolution }, [{ event: 'resolved', status, ...resolution, evidence }], effects);
}
