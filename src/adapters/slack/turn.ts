// Whose turn a message about a request is, and how urgent: a service that has much to say has its turns among the others.
import type { RequestRecord } from '../../domain/record.ts';
import type { Turn } from './calls.ts';
import type { Weight } from './pace.ts';

export function turnOf(record: RequestRecord): Turn {
  return { weight: weightOf(record), whose: record.service.id };
}

/** People wait for a decision and for a question; nobody waits for what ran out of time. */
function weightOf({ status, resolution }: RequestRecord): Weight {
  if (resolution?.by === 'people' || resolution?.by === 'policy') return 'decision';
  return status === 'pending' ? 'request' : 'telling';
}
