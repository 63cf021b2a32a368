// Redeeming and revoking over HTTP: what is presented is read as strictly as a submission, and every no says why.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Digest } from '../../domain/canonical.ts';
import { MAX_GRANT_CHARS } from '../../domain/grant.ts';
import { faultsOf, parseSubmission, submissionDigest, submissionSchema } from '../../domain/submission.ts';
import { type Read, readJson, readKey } from './body.ts';
import type { HttpPorts, HttpRedemption } from './ports.ts';
import { invalid, notRedeemed, sendProblem, unavailable, unknownRequest } from './problem.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Either `digest` or `request` says what is about to be done. */
export const redemptionSchema = z.strictObject({
  grant: z.string().min(1).max(MAX_GRANT_CHARS).meta({ description: 'The grant of the approved request.' }),
  digest: z
    .string()
    .regex(DIGEST, { error: 'is not sha256: and 64 lower-case hex digits.' })
    .optional()
    .meta({ description: 'Digest of what is about to be done.' }),
  request: submissionSchema.optional().meta({ description: 'What is about to be done, instead of its digest.' }),
  idempotency_key: z.string().min(1).max(255).optional(),
});

export const redeemedSchema = z.object({
  id: z.string().meta({ description: 'The request.' }),
  digest: z.string(),
  uses: z.int(),
  uses_left: z.int(),
  policy: z.object({ revision: z.string().optional(), decision_id: z.string().optional() }),
});

export const revocationSchema = z.strictObject({ reason: z.string().max(4_000).optional() });

export function redeemGrant(ports: HttpPorts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const read = readRedemption(request);
    if (!read.ok) return sendProblem(reply, invalid(read.faults));
    const result = await ports.redeem(read.value);
    if (result.kind === 'redeemed') {
      const { record, policy, usesLeft } = result;
      const { id, digest, uses = 0 } = record;
      return reply.send({ id, digest, uses, uses_left: usesLeft, policy });
    }
    if (result.code === 'unknown_request') return sendProblem(reply, unknownRequest());
    if (result.code === 'busy') return sendProblem(reply, unavailable(undefined));
    return sendProblem(reply, notRedeemed(result));
  };
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
export function readRevocation(body: unknown): Read<{ readonly reason?: string }> {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return { ok: true, value: {} };
  const decoded = readJson(body);
  if (!decoded.ok) return decoded;
  const parsed = revocationSchema.safeParse(decoded.value);
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error, decoded.value) };
  const { reason } = parsed.data;
  return { ok: true, value: reason === undefined ? {} : { reason } };
}
