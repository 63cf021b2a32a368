// Every sentence that the API answers a mistake with. Each ends with what to do.
import type { Budget, OverBudget } from '../../flow/ports.ts';
import { type Problem, problem } from './problem.ts';

export const notHttp = (): Problem =>
  problem(400, 'bad_request', 'Not a valid HTTP request', 'The address or a header is malformed; correct the call.');

export const noKey = (): Problem =>
  problem(
    401,
    'no_key',
    'No API key',
    'Send the header "Authorization: Bearer <key>". Make a key with: countersign keys create --service <name>',
    { headers: { 'WWW-Authenticate': 'Bearer realm="countersign"' } },
  );

export const unknownKey = (): Problem =>
  problem(
    401,
    'unknown_key',
    'The API key is not valid',
    'It is unknown or was revoked. Make another with: countersign keys create --service <name>',
    { headers: { 'WWW-Authenticate': 'Bearer realm="countersign", error="invalid_token"' } },
  );

export const noToken = (): Problem =>
  problem(
    401,
    'no_token',
    'No token',
    'Send the header "Authorization: Bearer <token>" with the ID token that the platform gave the job.',
    { headers: { 'WWW-Authenticate': 'Bearer realm="countersign"' } },
  );

export const noLogToken = (): Problem =>
  problem(401, 'no_log_token', 'Not the token of the decision log', 'Give OPA the same token as OPA_LOG_TOKEN here.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="countersign decision log"' },
  });

export const unknownRoute = (): Problem =>
  problem(404, 'unknown_route', 'No such address', 'Nothing is served here; GET /openapi.json lists what is.');

export const wrongMethod = (allow: readonly string[]): Problem =>
  problem(405, 'wrong_method', 'Not with this method', `This address answers ${allow.join(' and ')}; use that.`, {
    headers: { Allow: allow.join(', ') },
  });

export const tooLarge = (limit: number): Problem =>
  problem(413, 'too_large', 'The body is too large', `At most ${limit} bytes are taken; send less, or a reference.`);

export const wrongType = (): Problem =>
  problem(
    415,
    'wrong_content_type',
    'Only JSON is read here',
    'Send the header "Content-Type: application/json" and one JSON object.',
  );

export const unavailable = (retryAfterMs: number | undefined): Problem =>
  problem(
    503,
    'unavailable',
    'Countersign cannot answer just now',
    'Nothing was decided by this. Try again with the same idempotency key; GET /readyz names what is missing.',
    { headers: { 'Retry-After': String(seconds(retryAfterMs)) } },
  );

export const writtenByNewer = (retryAfterMs: number | undefined): Problem =>
  problem(
    503,
    'stored_newer',
    'A newer version of Countersign wrote this',
    'This process cannot read it, and nothing was decided by this. Try again in a minute; whoever runs Countersign ends the upgrade of all processes.',
    { headers: { 'Retry-After': String(seconds(retryAfterMs)) } },
  );

const BUDGETS: { readonly [budget in Budget]: string } = {
  requests_per_second: 'It sent too many requests in one second (SERVICE_REQUESTS_PER_SECOND).',
  pending: 'Too many of its requests are pending (SERVICE_PENDING). Wait until some are decided, or cancel some.',
  stored_bytes:
    'Its requests fill the storage it may use (SERVICE_STORED_BYTES); space returns as they pass retention.',
  waiters: 'Too many of its calls are waiting for an answer here (SERVICE_WAITERS).',
  large_calls: 'Too many of its large calls are under way here (SERVICE_LARGE_CALLS).',
  policy_time: 'Too many of its questions to policy are under way here (SERVICE_POLICY_AT_ONCE).',
};

/** One service's weight is its own: nothing was recorded, and the call may be repeated. */
export const overBudget = ({ budget, retryAfterMs }: OverBudget): Problem =>
  problem(
    429,
    'over_budget',
    'This service has reached its limit',
    `${BUDGETS[budget]} Nothing was recorded; try again after the time in Retry-After, with the same idempotency key.`,
    { headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) } },
  );

export const broken = (reference: string): Problem =>
  problem(
    500,
    'internal',
    'A fault of Countersign',
    `It is not known whether this was done. Read the request before you repeat it; the log has it under ${reference}.`,
  );

export const rejected = (status: number): Problem =>
  problem(status, 'rejected', 'The call cannot be read', 'Correct the call; GET /openapi.json describes it.');

function seconds(ms = 1_000): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
