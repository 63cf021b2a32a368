// Closing the review of an emergency over HTTP. Who it is comes from their key, never from the body.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { view } from '../../../contract/view.ts';
import { refuse } from '../../../domain/refusal.ts';
import { REQUEST_ID } from '../../../domain/request-id.ts';
import { readBody } from '../body.ts';
import { surfaceSchema } from '../body-members.ts';
import { unknown, withProblem, withView, wrong } from '../described-answers.ts';
import { idOf } from '../own-request.ts';
import { invalid, sendProblem } from '../problem.ts';
import { notCounted, refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

const reviewSchema = z.strictObject({
  note: z
    .string()
    .max(4_000)
    .refine(text => text.trim() !== '', { error: 'is blank; say what you found.' })
    .meta({ description: 'What was found.' }),
  surface: surfaceSchema,
});

export const reviews: Routes = {
  closeReview: {
    method: 'POST',
    path: '/v1/requests/{id}/review',
    summary: 'Close the review of an emergency, by somebody who had no part in it',
    callers: 'people',
    body: named('Review', reviewSchema),
    answers: {
      200: withView('The review is closed.'),
      400: wrong,
      403: withProblem('Not by this person.'),
      404: unknown,
      409: withProblem('There is no review, or it is closed.'),
    },
    handler: closeReview,
  },
};

async function closeReview({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const { person } = request;
  const id = idOf(request);
  const read = readBody(reviewSchema, request.body);
  if (!read.ok) return sendProblem(reply, invalid(read.faults));
  if (person === undefined || !REQUEST_ID.test(id)) return sendProblem(reply, refused(refuse('unknown_request')));
  const result = await ports.review({ id, person, ...read.value });
  return result.kind === 'refusal' ? sendProblem(reply, notCounted(result)) : reply.send(view(result.record));
}
