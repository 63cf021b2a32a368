// A job of a platform that vouches for it has no key: it shows the token that the platform gave it, and may ask for a while.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { present } from '../../../domain/present.ts';
import { withProblem } from '../described-answers.ts';
import { bearerOf } from '../key.ts';
import { sendProblem } from '../problem.ts';
import { noToken } from '../problem-words.ts';
import { refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

/** Its members are those of an OAuth 2.0 token response (RFC 6749, section 5.1), and who the job is here. */
const sessionSchema = z.object({
  access_token: z.string().meta({ description: 'In the place of an API key, until it ends.' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds.' }),
  service: z.string(),
  workload: z.object({ issuer: z.string(), claims: z.record(z.string(), z.string()) }),
});

export const tokens: Routes = {
  exchangeToken: {
    method: 'POST',
    path: '/v1/token',
    summary:
      'Exchange an ID token of a job’s platform (OpenID Connect), sent as the bearer token, for a key that ends soon',
    isOpen: true,
    headers: {
      'Idempotency-Key': 'Sent again under the same key, because its answer was lost, a token is not used twice.',
    },
    answers: {
      200: { says: 'What the job may ask with.', body: named('Session', sessionSchema) },
      401: withProblem('The token is no service’s here; the detail says why.'),
      429: withProblem('It was exchanged too often.'),
    },
    handler: exchangeToken,
  },
};

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

async function exchangeToken({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const token = bearerOf(request);
  if (token === undefined) return sendProblem(reply, noToken());
  const given = request.headers['idempotency-key'];
  const key = typeof given === 'string' && IDEMPOTENCY_KEY.test(given) ? given : undefined;
  const exchanged = await ports.exchange({ token, ...present({ key }) });
  if (exchanged.kind === 'refusal') return sendProblem(reply, refused(exchanged, 'The token is not accepted'));
  const { secret, service, workload, expiresInMs } = exchanged;
  return reply.header('Cache-Control', 'no-store').send({
    access_token: secret,
    token_type: 'Bearer',
    expires_in: Math.floor(expiresInMs / 1_000),
    service,
    workload,
  });
}
