// Answers of people over HTTP. Who it is comes from their key, never from the body.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { view } from '../../../contract/view.ts';
import type { Digest } from '../../../domain/canonical.ts';
import { durationMs } from '../../../domain/duration.ts';
import { refuse } from '../../../domain/refusal.ts';
import { type Read, readBody, readKey } from '../body.ts';
import { digestSchema, surfaceSchema } from '../body-members.ts';
import { unknown, withProblem, withView, wrong } from '../described-answers.ts';
import { idOf } from '../own-request.ts';
import type { HttpVote } from '../ports.ts';
import { invalid, sendProblem } from '../problem.ts';
import { notCounted, refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

const voteSchema = z.strictObject({
  vote: z.enum(['approve', 'deny']),
  digest: digestSchema
    .optional()
    .meta({ description: 'Digest of the request as it was read: what is approved. Needed to approve.' }),
  reason: z.string().max(4_000).optional(),
  standing: z
    .strictObject({
      duration: z
        .string()
        .refine(text => (durationMs(text) ?? 0) > 0, { error: 'is not a duration; write for example 1h.' }),
      uses: z.int().min(1).max(1_000_000),
    })
    .optional()
    .meta({ description: 'Also let later requests of this kind pass, where policy allows it.' }),
  surface: surfaceSchema,
  idempotency_key: z.string().min(1).max(255).optional(),
});

export const votes: Routes = {
  castVote: {
    method: 'POST',
    path: '/v1/requests/{id}/votes',
    summary: "A person's answer: approve or deny",
    callers: 'people',
    body: named('Vote', voteSchema),
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: repeated with the same key, it is the same answer.',
    },
    answers: {
      200: withView('It is counted; the request may be resolved by it.'),
      400: wrong,
      403: withProblem('It is not counted, because of who answers or where.'),
      404: unknown,
      409: withProblem(
        'It is not counted: resolved, voted already, another digest, a reason is missing, or more than policy offers.',
      ),
    },
    handler: castVote,
  },
};

async function castVote({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const { person } = request;
  const id = idOf(request);
  const read = readVote(request);
  if (!read.ok) return sendProblem(reply, invalid(read.faults));
  if (person === undefined) return sendProblem(reply, refused(refuse('unknown_request')));
  const result = await ports.vote({ id, person, ...read.value });
  if (result.kind !== 'refusal') return reply.send(view(result.record));
  return sendProblem(reply, result.faults === undefined ? notCounted(result) : invalid(result.faults));
}

function readVote(request: FastifyRequest): Read<Omit<HttpVote, 'id' | 'person'>> {
  const read = readBody(voteSchema, request.body);
  if (!read.ok) return read;
  const { idempotency_key, vote, digest, reason, standing, surface } = read.value;
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
