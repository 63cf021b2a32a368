// The API as one table: what Fastify serves and what /openapi.json says are both made from it.
import { z } from 'zod';
import { durationMs } from '../../domain/duration.ts';
import { submissionSchema } from '../../domain/submission.ts';
import { decisionsSchema } from './decision-schema.ts';
import { problemSchema } from './problem.ts';
import { redeemedSchema, redemptionSchema, revocationSchema } from './redemption.ts';
import { standingPageSchema, standingSchema } from './standing.ts';
import { checksSchema, pageSchema, statusSchema, viewSchema } from './view-schema.ts';
import { reviewSchema, voteSchema } from './votes.ts';

/** Longest wait that proxies on the way can be trusted to bear; a longer wish is cut to it. */
export const LONGEST_WAIT_MS = 55_000;

/** Schemas that the description refers to by name. */
export const components = {
  Submission: submissionSchema,
  Vote: voteSchema,
  Review: reviewSchema,
  Redemption: redemptionSchema,
  Redeemed: redeemedSchema,
  Revocation: revocationSchema,
  RequestView: viewSchema,
  Decisions: decisionsSchema,
  Page: pageSchema,
  Checks: checksSchema,
  StandingPage: standingPageSchema,
  StandingView: standingSchema,
  Problem: problemSchema,
};

type Answer = {
  readonly says: string;
  readonly schema?: keyof typeof components;
  readonly contentType?: string;
};

/** Whose keys a route takes; a person must be in the directory as well. */
export type Callers = 'services' | 'people' | 'both';

type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  /** Without a key: what a load balancer, a scraper or a reader of the description asks. */
  readonly isOpen?: boolean;
  /** Left out: services. */
  readonly callers?: Callers;
  readonly body?: keyof typeof components;
  readonly isBodyOptional?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, Answer>>;
};

export const waitQuery = z.strictObject({
  timeout: z
    .string()
    .default('30s')
    .refine(text => durationMs(text) !== undefined, { error: 'is not a duration; write for example 30s.' })
    .meta({ description: 'How long to wait, at most 55s; afterwards the view is given as it stands.' }),
});

export const listQuery = z.strictObject({
  status: statusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  review: z
    .literal('open')
    .optional()
    .meta({ description: 'Emergencies that nobody has reviewed yet; for a person: that they may.' }),
  cursor: z.string().min(1).max(512).optional().meta({ description: 'next_cursor of the page before.' }),
});

const view: Answer = { says: 'The request.', schema: 'RequestView' };
const unknown: Answer = { says: 'The caller has no such request.', schema: 'Problem' };
const wrong: Answer = { says: 'The input is not valid; errors lists every fault.', schema: 'Problem' };

export const routes = {
  submitRequest: {
    method: 'POST',
    path: '/v1/requests',
    summary: 'Ask whether an action may be taken',
    body: 'Submission',
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: the same key and body is the same request, for ever.',
    },
    answers: {
      201: { says: 'The request is recorded; it may be resolved already.', schema: 'RequestView' },
      200: { says: 'It was submitted before under this key: the same request.', schema: 'RequestView' },
      400: wrong,
      409: { says: 'The key belongs to another body.', schema: 'Problem' },
      413: { says: 'The body is too large.', schema: 'Problem' },
      415: { says: 'The body is not application/json.', schema: 'Problem' },
    },
  },
  listRequests: {
    method: 'GET',
    path: '/v1/requests',
    summary: "The service's own requests, newest first; for a person: those that wait for their answer",
    callers: 'both',
    query: listQuery,
    answers: { 200: { says: 'One page.', schema: 'Page' }, 400: wrong },
  },
  readRequest: {
    method: 'GET',
    path: '/v1/requests/{id}',
    summary: 'A request as it stands',
    callers: 'both',
    answers: { 200: view, 404: unknown },
  },
  waitForRequest: {
    method: 'GET',
    path: '/v1/requests/{id}/wait',
    summary: 'A request as soon as it is resolved, or as it stands after the timeout',
    callers: 'both',
    query: waitQuery,
    answers: {
      200: { says: 'The request, resolved or still pending.', schema: 'RequestView' },
      400: wrong,
      404: unknown,
    },
  },
  readDecisions: {
    method: 'GET',
    path: '/v1/requests/{id}/decisions',
    callers: 'both',
    summary: 'What policy answered, by the audit and by OPA’s own log',
    answers: { 200: { says: 'Each decision, and whether both tell the same.', schema: 'Decisions' }, 404: unknown },
  },
  cancelRequest: {
    method: 'POST',
    path: '/v1/requests/{id}/cancel',
    summary: 'Withdraw a pending request',
    answers: {
      200: { says: 'It is cancelled.', schema: 'RequestView' },
      404: unknown,
      409: { says: 'It is resolved already.', schema: 'Problem' },
    },
  },
  castVote: {
    method: 'POST',
    path: '/v1/requests/{id}/votes',
    summary: "A person's answer: approve or deny",
    callers: 'people',
    body: 'Vote',
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: repeated with the same key, it is the same answer.',
    },
    answers: {
      200: { says: 'It is counted; the request may be resolved by it.', schema: 'RequestView' },
      400: wrong,
      403: { says: 'It is not counted, because of who answers or where.', schema: 'Problem' },
      404: unknown,
      409: {
        says: 'It is not counted: resolved, voted already, another digest, or a reason is missing.',
        schema: 'Problem',
      },
    },
  },
  closeReview: {
    method: 'POST',
    path: '/v1/requests/{id}/review',
    summary: 'Close the review of an emergency, by somebody who had no part in it',
    callers: 'people',
    body: 'Review',
    answers: {
      200: { says: 'The review is closed.', schema: 'RequestView' },
      400: wrong,
      403: { says: 'Not by this person.', schema: 'Problem' },
      404: unknown,
      409: { says: 'There is no review, or it is closed.', schema: 'Problem' },
    },
  },
  redeemGrant: {
    method: 'POST',
    path: '/v1/redeem',
    summary: 'Use a grant, right before the action runs: policy is asked again, and the use is counted',
    body: 'Redemption',
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: repeated with the same key, it is the same use.',
    },
    answers: {
      200: { says: 'Act now: exactly this action, once.', schema: 'Redeemed' },
      400: wrong,
      403: { says: 'Do not act: the grant does not count, and the detail says why.', schema: 'Problem' },
      404: { says: 'The request is past retention.', schema: 'Problem' },
      413: { says: 'The body is too large.', schema: 'Problem' },
      415: { says: 'The body is not application/json.', schema: 'Problem' },
    },
  },
  revokeRequest: {
    method: 'POST',
    path: '/v1/requests/{id}/revoke',
    summary: 'Take back what is left of an approval',
    body: 'Revocation',
    isBodyOptional: true,
    answers: {
      200: { says: 'What was left of it is void.', schema: 'RequestView' },
      400: wrong,
      404: unknown,
      409: { says: 'It is not approved.', schema: 'Problem' },
    },
  },
  keySet: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The public keys that grants are verified with (RFC 7517)',
    isOpen: true,
    answers: { 200: { says: 'Ed25519 keys, the newest first.', contentType: 'application/json' } },
  },
  listStanding: {
    method: 'GET',
    path: '/v1/standing',
    callers: 'both',
    summary: 'Standing approvals that are in force',
    answers: { 200: { says: 'All of this service, or all that this person gave.', schema: 'StandingPage' } },
  },
  revokeStanding: {
    method: 'POST',
    path: '/v1/standing/{id}/revoke',
    callers: 'both',
    summary: 'End a standing approval now; grants that rest on it are refused from then on',
    answers: {
      200: { says: 'It has ended.', schema: 'StandingView' },
      404: { says: 'There is no such standing approval.', schema: 'Problem' },
    },
  },
  health: {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process lives',
    isOpen: true,
    answers: { 200: { says: 'It lives.', contentType: 'text/plain' } },
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether it can do its work, and what is missing',
    isOpen: true,
    answers: {
      200: { says: 'Everything is there.', schema: 'Checks' },
      503: { says: 'Something is missing: a check that is not ok names it.', schema: 'Checks' },
    },
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Measurements for Prometheus',
    isOpen: true,
    answers: { 200: { says: 'Prometheus text format.', contentType: 'text/plain' } },
  },
  description: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    isOpen: true,
    answers: { 200: { says: 'OpenAPI 3.1.', contentType: 'application/json' } },
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof routes;
export const operations = Object.keys(routes) as readonly Operation[];

/** The route of an operation, as every route looks. */
export function routeOf(operation: Operation): Route {
  return routes[operation];
}
