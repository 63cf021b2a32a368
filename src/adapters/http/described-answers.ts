// Answers that many routes give, as the description tells of them.
import { problemSchema } from './problem.ts';
import { type Answer, named } from './route.ts';
import { viewSchema } from './view-schema.ts';

export const PROBLEM = named('Problem', problemSchema);
const VIEW = named('RequestView', viewSchema);

export const withProblem = (says: string): Answer => ({ says, body: PROBLEM });
export const withView = (says: string): Answer => ({ says, body: VIEW });

export const unknown = withProblem('The caller has no such request.');
export const wrong = withProblem('The input is not valid; errors lists every fault.');
export const tooMuch = withProblem('This service has reached its limit; Retry-After says when to come back.');
/** What reading a body may lead to. */
export const unreadable = {
  413: withProblem('The body is too large.'),
  415: withProblem('The body is not application/json.'),
} as const;
