// What the flow refuses, as a problem: the status says whose move it is, the sentence is the one people are told in Slack.
import { type Refusal, refusalSentence } from '../../domain/refusal.ts';
import { type Problem, problem } from './problem.ts';
import { alreadyResolved, conflict, notAllowed, notApproved, unavailable, unknownRequest } from './problem-words.ts';

/** What a service asked for and does not get. */
export function refused({ code, record }: Refusal): Problem {
  if (code === 'conflict') return conflict(record?.id);
  if (code === 'unknown_request') return unknownRequest();
  if (code === 'already_resolved') return alreadyResolved(record?.status);
  if (code === 'busy') return unavailable(undefined);
  if (code === 'not_approved') return notApproved(record?.status);
  return notAllowed(code);
}

/** What a person wants taken back and cannot. */
export function notRevoked(refusal: Refusal): Problem {
  const { code } = refusal;
  return code === 'not_a_revoker'
    ? problem(403, code, 'Not by this person', refusalSentence(refusal))
    : refused(refusal);
}

/** Refusals that come from how the request stands, or from what was sent; the others come from who answers, and where. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set([
  'expired',
  'late',
  'already_voted',
  'stale_digest',
  'reason_required',
  'not_asked',
  'ended_by_policy',
  'stage_not_open',
  'stage_full',
  'standing_not_allowed',
  'standing_too_long',
  'no_review',
  'already_reviewed',
]);

/** A person's answer that does not count, with the sentence that they would be told in Slack. */
export function notCounted(refusal: Refusal): Problem {
  const { code, record } = refusal;
  if (code === 'unknown_request') return unknownRequest();
  if (code === 'already_resolved') return alreadyResolved(record?.status);
  if (code === 'busy' || code === 'policy_unavailable' || code === 'unverified_requester')
    return unavailable(undefined);
  return problem(OF_THE_REQUEST.has(code) ? 409 : 403, code, 'The answer does not count', refusalSentence(refusal));
}

/** A link that is not made or not ended. */
export function notLinked(refusal: Refusal): Problem {
  const [status, title] = refusal.code === 'link_none' ? [404, 'No link'] : [409, 'No account can be linked'];
  return problem(status, refusal.code, title, refusalSentence(refusal));
}

/** A grant that does not count: what is wrong with it goes between what happened and what to do. */
export function notRedeemed(refusal: Refusal): Problem {
  if (refusal.code === 'unknown_request') return unknownRequest();
  if (refusal.code === 'busy') return unavailable(undefined);
  const sentence = refusalSentence(refusal);
  const detail = refusal.detail?.replace(/[.\s]+$/, '');
  const said = detail === undefined ? sentence : sentence.replace(/\. /, () => `: ${detail}. `);
  return problem(403, refusal.code, 'The grant was not redeemed', said);
}
