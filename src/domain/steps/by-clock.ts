// Step: the clock had policy asked, and it answers allow. Nobody said yes, so nothing is approved.
import { type Change, change } from '../change.ts';
import { after, isResolved } from '../lifecycle.ts';
import { type RequestRecord, type Resolution, timestamp } from '../record.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { answerEvent, type Decided } from './answered.ts';
import { tellings } from './tellings.ts';

/** Nobody has answered since people were asked: an allow that only the time has brought is not theirs. */
export function isByClock({ phase, decision }: Decided): boolean {
  return (phase === 'deadline' || phase === 'escalate') && decision.outcome === 'allow';
}

const NOT_BY_CLOCK = 'Policy would allow it now: submit it again.';

/**
 * The clock approves nothing: votes are asked about when they are given, so what policy lets pass without a new one was
 * not what people were asked. At the deadline it ends; before, it waits for them as it did.
 */
export function allowedByClock(record: RequestRecord, event: Decided, now: number): Change | Refusal {
  const { phase } = event;
  const at = timestamp(now);
  const status = phase === 'deadline' ? after(record.status, 'deadline') : after(record.status, 'require_approval');
  if (status === undefined) return refuse('already_resolved', record);
  const answered = answerEvent(event, 'require_approval', at);
  if (!isResolved(status)) {
    const policyChange = {
      at,
      words: 'it would now allow this; the people who were asked still decide, or submit it again',
    };
    const effects = [{ kind: 'card' }, { kind: 'remark_line', says: 'policy_changed' }] as const;
    return change(record, { policyChange }, [answered, { event: 'requirement_changed', ...policyChange }], effects);
  }
  const resolution: Resolution = { by: 'clock', at, reason: NOT_BY_CLOCK };
  const patch = { status, resolution };
  const effects = tellings({ ...record, ...patch });
  return change(record, patch, [answered, { event: 'resolved', status, ...resolution }], effects);
}
