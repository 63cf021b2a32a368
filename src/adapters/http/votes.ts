// Answers of people over HTTP: votes and reviews. Who it is comes from their key, never from the body.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Digest } from '../../domain/canonical.ts';
import { durationMs } from '../../domain/duration.ts';
import { REQUEST_ID } from '../../domain/request-id.ts';
import { faultsOf } from '../../domain/submission.ts';
import { view } from '../../domain/view.ts';
import { type Read, readJson, readKey } from './body.ts';
import type { CallingPerson, HttpPorts, HttpVote } from './ports.ts';
import { invalid, notCounted, sendProblem, unknownRequest } from './problem.ts';

const surface = z
  .enum(['api', 'cli'])
  .default('api')
  .meta({ description: 'Where the person answers; policy may allow only some places.' });

export const voteSchema = z.strictObject({
  vote: z.enum(['approve', 'deny']),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: 'is not sha256: and 64 lower-case hex digits.' })
    .optional()
    .meta({ description: 'Digest of the request as it was read: what is approved. Needed to approve.' }),
  reason: z.string().max(4_000).optional(),
  standing: z
    .strictObject({
      duration: z
        .string()
        .refine(text => durationMs(text) !== undefined, { error: 'is not a duration; write for example 1h.' }),
      uses: z.int().min(1).max(1_000_000),
    })
    .optional()
    .meta({ description: 'Also let later requests of this kind pass, where policy allows it.' }),
  surface,
  idempotency_key: z.string().min(1).max(255).optional(),
});

export const reviewSchema = z.strictObject({
  note: z
    .string()
    .max(4_000)
    .refine(text => text.trim() !== '', { error: 'is blank; say what you found.' })
    .meta({ description: 'What was found.' }),
  surface,
});

export function castVote(ports: HttpPorts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { id, person } = calling(request);
    const read = readVote(request);
    if (!read.ok) return sendProblem(reply, invalid(read.faults));
    if (person === undefined || !REQUEST_ID.test(id)) return sendProblem(reply, unknownRequest());
    const result = await ports.vote({ id, person, ...read.value });
    return result.kind === 'refusal' ? sendProblem(reply, notCounted(result)) : reply.send(view(result.record));
  };
}

export function closeReview(ports: HttpPorts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { id, person } = calling(request);
    const decoded = readJson(request.body);
    if (!decoded.ok) return sendProblem(reply, invalid(decoded.faults));
    const parsed = reviewSchema.safeParse(decoded.value);
    if (!parsed.success) return sendProblem(reply, invalid(faultsOf(parsed.error, decoded.value)));
    if (person === undefined || !REQUEST_ID.test(id)) return sendProblem(reply, unknownRequest());
    const result = await ports.review({ id, person, ...parsed.data });
    return result.kind === 'refusal' ? sendProblem(reply, notCounted(result)) : reply.send(view(result.record));
  };
}

function calling(request: FastifyRequest): { readonly id: string; readonly person: CallingPerson | undefined } {
  return { id: (request.params as { readonly id?: string }).id ?? '', person: request.person };
}

function readVote(request: FastifyRequest): Read<Omit<HttpVote, 'id' | 'person'>> {
  const decoded = readJson(request.body);
  if (!decoded.ok) return decoded;
  const parsed = voteSchema.safeParse(decoded.value);
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error, decoded.value) };
  const { idempotency_key, vote, digest, reason, standing, surface } = parsed.data;
  if (vote === 'approve' && digest === undefined) {
    const message = 'is missing; send the digest of the request as you read it: that is what you approve.';
    return { ok: false, faults: [{ pointer: '/digest', message }] };
  }
  const key = readKey(request.headers['idempotency-key'], idempotency_key);
  if (!key.ok) return key;
  return {
    ok: true,
    value: {
      vote,
      surface,
      ...(digest === undefined ? {} : { digest: digest as Digest }),
      ...(reason === undefined ? {} : { reason }),
      ...(standing === undefined ? {} : { standing }),
      ...(key.value === undefined ? {} : { key: key.value }),
    },
  };
}
