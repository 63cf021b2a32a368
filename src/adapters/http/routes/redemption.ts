// Using an approval over HTTP, taking it back, and the keys to check it with. What is presented is read as strictly as a submission.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Digest } from '../../../domain/canonical.ts';
import { MAX_GRANT_CHARS } from '../../../domain/grant-claims.ts';
import { refuse } from '../../../domain/refusal.ts';
import { faultsOf } from '../../../domain/schema-faults.ts';
import { submissionDigest } from '../../../domain/submission.ts';
import { parseSubmission, submissionSchema } from '../../../domain/submission-schema.ts';
import { type Read, readBody, readJson, readKey } from '../body.ts';
import { digestSchema } from '../body-members.ts';
import { unknown, unreadable, withProblem, withView, wrong } from '../described-answers.ts';
import { idOf, own, sendView } from '../own-request.ts';
import type { HttpRedemption } from '../ports.ts';
import { invalid, sendProblem } from '../problem.ts';
import { notRedeemed, notRevoked, refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

/** Either `digest` or `request` says what is about to be done. */
const redemptionSchema = z.strictObject({
  grant: z.string().min(1).max(MAX_GRANT_CHARS).meta({ description: 'The grant of the approved request.' }),
  digest: digestSchema.optional().meta({ description: 'Digest of what is about to be done.' }),
  request: submissionSchema.optional().meta({ description: 'What is about to be done, instead of its digest.' }),
  idempotency_key: z.string().min(1).max(255).optional(),
});

const redeemedSchema = z.object({
  id: z.string().meta({ description: 'The request.' }),
  digest: z.string(),
  uses: z.int(),
  uses_left: z.int(),
  policy: z.object({ revision: z.string().optional(), decision_id: z.string().optional() }),
});

const revocationSchema = z.strictObject({ reason: z.string().max(4_000).optional() });

export const redemption: Routes = {
  redeemGrant: {
    method: 'POST',
    path: '/v1/redeem',
    summary: 'Use a grant, right before the action runs: policy is asked again, and the use is counted',
    body: named('Redemption', redemptionSchema),
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: repeated with the same key, it is the same use.',
    },
    answers: {
      200: { says: 'Act now: exactly this action, once.', body: named('Redeemed', redeemedSchema) },
      400: wrong,
      403: withProblem('Do not act: the grant does not count, and the detail says why.'),
      404: withProblem('The request is past retention.'),
      ...unreadable,
    },
    handler: redeemGrant,
  },
  revokeRequest: {
    method: 'POST',
    path: '/v1/requests/{id}/revoke',
    summary:
      'Take back what is left of an approval: its service, or a person who asked, approved or is named by policy',
    callers: 'both',
    body: named('Revocation', revocationSchema),
    isBodyOptional: true,
    answers: {
      200: withView('What was left of it is void.'),
      400: wrong,
      403: withProblem('Not by this person.'),
      404: unknown,
      409: withProblem('It is not approved.'),
    },
    handler: revokeRequest,
  },
  keySet: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The public keys that grants are verified with (RFC 7517)',
    isOpen: true,
    answers: { 200: { says: 'Ed25519 keys, the newest first.', contentType: 'application/json' } },
    handler: async ({ ports }, _request, reply) => reply.send(ports.jwks),
  },
};

async function redeemGrant({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const read = readRedemption(request);
  if (!read.ok) return sendProblem(reply, invalid(read.faults));
  const result = await ports.redeem(read.value);
  if (result.kind === 'refusal') return sendProblem(reply, notRedeemed(result));
  const { record, policy, usesLeft } = result;
  const { id, digest, uses } = record;
  return reply.send({ id, digest, uses, uses_left: usesLeft, policy });
}

async function revokeRequest({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const read = readRevocation(request.body);
  if (!read.ok) return sendProblem(reply, invalid(read.faults));
  if ((await own(ports, request)) === undefined) return sendProblem(reply, refused(refuse('unknown_request')));
  const result = await ports.revoke(request, { id: idOf(request), ...read.value });
  return result.kind === 'refusal' ? sendProblem(reply, notRevoked(result)) : sendView(ports, reply, result.record);
}

function readRedemption(request: FastifyRequest): Read<HttpRedemption> {
  const decoded = readJson(request.body);
  if (!decoded.ok) return decoded;
  const parsed = redemptionSchema.safeParse(decoded.value);
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error, decoded.value) };
  const { grant, digest, idempotency_key } = parsed.data;
  const key = readKey(request.headers['idempotency-key'], idempotency_key);
  if (!key.ok) return key;
  const asked = (decoded.value as { readonly request?: unknown }).request;
  const of = digestFrom(digest as Digest | undefined, asked);
  if (!of.ok) return of;
  const { value } = key;
  return {
    ok: true,
    value: { service: request.service, grant, digest: of.value, ...(value === undefined ? {} : { key: value }) },
  };
}

function digestFrom(digest: Digest | undefined, request: unknown): Read<Digest> {
  if ((digest === undefined) === (request === undefined)) {
    const message = 'is needed to say what is about to be done; send either it or the whole request, not both.';
    return { ok: false, faults: [{ pointer: '/digest', message }] };
  }
  if (digest !== undefined) return { ok: true, value: digest };
  const parsed = parseSubmission(request);
  if (parsed.ok) return { ok: true, value: submissionDigest(parsed.submission) };
  return { ok: false, faults: parsed.faults.map(fault => ({ ...fault, pointer: `/request${fault.pointer}` })) };
}

/** The reason of a revocation; a body is not required. */
function readRevocation(body: unknown): Read<{ readonly reason?: string }> {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return { ok: true, value: {} };
  const read = readBody(revocationSchema, body);
  if (!read.ok) return read;
  const { reason } = read.value;
  return { ok: true, value: reason === undefined ? {} : { reason } };
}
