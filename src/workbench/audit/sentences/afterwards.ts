// What becomes of a request afterwards: reviews, uses of its approval, standing approvals.

import type { APPROVAL_EVENTS } from '../../../domain/audit/events/approvals.ts';
import type { REVIEW_EVENTS } from '../../../domain/audit/events/reviews.ts';
import { identityLines } from '../names.ts';
import { answeredLines, by, byPerson, OUTCOME, refusedWords, said, type Tellers, US } from './wording.ts';

export const OF_AFTERWARDS: Tellers<keyof typeof REVIEW_EVENTS | keyof typeof APPROVAL_EVENTS> = {
  review_opened: ({ due, reviewers }) =>
    by(
      US,
      `opened a review, due ${due}`,
      reviewers === undefined ? undefined : `reviewers: ${reviewers.map(({ type, id }) => `${type} ${id}`).join(', ')}`,
    ),
  review_closed: event => byPerson(event, 'closed the review', [`“${event.note}”`]),
  review_refused: event => byPerson(event, 'may not close the review', [refusedWords(event.code)]),
  redeemed: (event, titles) =>
    by(
      'service',
      `used the approval (${event.use}); policy ${OUTCOME[event.outcome]}`,
      `for digest ${event.digest}`,
      ...answeredLines(event, titles),
      ...identityLines(event.evidence.who, event.evidence.via),
    ),
  redeem_refused: ({ code, detail, service, evidence }) =>
    by(
      service === undefined ? 'somebody' : `service ${service}`,
      'was refused the use of the approval',
      refusedWords(code, detail),
      ...identityLines(evidence.who, evidence.via),
    ),
  lapsed: ({ until }) => by(US, 'noted that the approval was never used', `it could be used until ${until}`),
  revoked: event =>
    by(
      event.by,
      'took back what was left of the approval',
      said(event.reason),
      ...identityLines(event.evidence.who, event.evidence.via),
    ),
  revoke_refused: event => byPerson(event, 'may not take the approval back', [refusedWords(event.code)]),
  standing_granted: ({ standing, by: whose, expires_at, max_uses }) =>
    by(whose, 'gave a standing approval', `${standing}, until ${expires_at}, ${max_uses} uses`),
  standing_revoked: ({ standing, by: whose }) => by(whose, 'ended the standing approval', standing),
};
