// What the flow refuses, as a problem: the status says whose move it is, the words are those that people are told everywhere.
import { type Refusal, type RefusalCode, refusalSentence, rowOf, wordOf } from '../../domain/refusal.ts';
import type { Category } from '../../domain/refusals/row.ts';
import { type Problem, problem } from './problem.ts';

export const STATUSES = {
  gone: 404,
  forbidden: 403,
  unauthenticated: 401,
  conflict: 409,
  invalid: 400,
  too_much: 429,
  unavailable: 503,
} as const satisfies { readonly [category in Category]: number };

/** Titles of their own: what happened is the same wherever it is asked. All others say what was wanted. */
const TITLES: { readonly [code in RefusalCode]?: string } = {
  unknown_request: 'No such request',
  unknown_standing: 'No such standing approval',
  unknown_person: 'The directory does not know whose key this is',
  not_for_people: 'Not with a personal key',
  not_for_services: 'Not with a service key',
  conflict: 'The idempotency key is taken',
  already_resolved: 'The request is already resolved',
  not_approved: 'The request is not approved',
  link_none: 'No link',
};

/** `otherwise` is the title where the refusal has none of its own: what was wanted and is not done. */
export function refused(refusal: Refusal, otherwise = 'Not possible now'): Problem {
  const { category } = rowOf(refusal);
  const { code } = refusal;
  if (category === 'unavailable') return tryAgain(refusal);
  const title = (typeof code === 'string' ? TITLES[code] : undefined) ?? otherwise;
  return problem(STATUSES[category], wordOf(refusal), title, refusalSentence(refusal));
}

/** What a person wants taken back and cannot. */
export const notRevoked = (refusal: Refusal): Problem => refused(refusal, 'Not by this person');

/** A person's answer that does not count. */
export const notCounted = (refusal: Refusal): Problem => refused(refusal, 'The answer does not count');

/** A link that is not made or not ended. */
export const notLinked = (refusal: Refusal): Problem => refused(refusal, 'No account can be linked');

/** A grant that does not count. Whoever is about to act asks whether they may, and whatever is in the way, they may not. */
export function notRedeemed(refusal: Refusal): Problem {
  const { category } = rowOf(refusal);
  if (category === 'gone' || category === 'unavailable') return refused(refusal);
  return problem(STATUSES.forbidden, wordOf(refusal), 'The grant was not redeemed', refusalSentence(refusal));
}

/** Clients know it by its status and this one code: nothing was decided, and the very same call may be sent again. */
function tryAgain(refusal: Refusal): Problem {
  const headers = { 'Retry-After': '1' };
  return problem(503, 'unavailable', 'Countersign cannot answer just now', refusalSentence(refusal), { headers });
}
