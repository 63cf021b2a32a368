// What becomes of an approval: used, taken back, kept for the next time.
import { z } from 'zod';
import { outcomeSchema as outcome, reasonSchema, verdictSchema } from '../../decision.ts';
import { evidenceSchema as evidence } from '../evidence.ts';
import { asked, count, digest, milliseconds, text } from '../parts.ts';
import { listed } from './listed.ts';

const reasons = z.array(reasonSchema);
const verdicts = z.array(verdictSchema);

export const APPROVAL_EVENTS = {
  redeemed: listed('chained', 'a use of the grant was counted', {
    use: count,
    key: text,
    digest,
    outcome,
    reasons,
    verdicts,
    took_ms: milliseconds.optional(),
    asked: asked.optional(),
    evidence,
  }),
  redeem_refused: listed('either', 'a use of a grant was refused', {
    code: text,
    detail: text.optional(),
    key: text,
    digest: digest.optional(),
    service: text.optional(),
    /** The request that the token names, where it may not write in that one's chain. */
    claims_request: text.optional(),
    answered: outcome.optional(),
    evidence,
  }),
  lapsed: listed('chained', 'the time of an approval ended, and it was never used', { until: text }),
  revoked: listed('chained', 'what was left of an approval was taken back', {
    by: text,
    reason: text.optional(),
    evidence,
  }),
  revoke_refused: listed('noted', 'somebody may not take an approval back', { code: text, id: text, evidence }),
  standing_granted: listed('chained', 'a standing approval that was given here is in force', {
    standing: text,
    by: text,
    expires_at: text,
    max_uses: count,
  }),
  standing_revoked: listed('chained', 'the standing approval was ended before its time', { standing: text, by: text }),
};
