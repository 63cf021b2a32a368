// What was never taken in.
import { service, text, texts } from '../parts.ts';
import { listed } from './listed.ts';

export const INTAKE_EVENTS = {
  submission_refused: listed('noted', 'an idempotency key came with another body, or a request when it had expired', {
    code: text,
    service,
    id: text,
    asked_at: text.optional(),
    expired_at: text.optional(),
  }),
  envelope_refused: listed('noted', 'an envelope of the queue was not taken in', {
    code: text,
    service: text.optional(),
    /** The key that it names: a claim, its signature did not hold. */
    claims_key: text.optional(),
    faults: texts.optional(),
  }),
};
