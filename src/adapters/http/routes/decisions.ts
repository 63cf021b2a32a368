// A request's decisions as two witnesses tell them: our audit and OPA's own log.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../../../domain/refusal.ts';
import { decisionsSchema } from '../decision-schema.ts';
import { unknown } from '../described-answers.ts';
import { idOf } from '../own-request.ts';
import { sendProblem } from '../problem.ts';
import { refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

export const decisions: Routes = {
  readDecisions: {
    method: 'GET',
    path: '/v1/requests/{id}/decisions',
    summary: 'What policy answered, by the audit and by OPA’s own log',
    callers: 'both',
    answers: {
      200: { says: 'Each decision, and whether both tell the same.', body: named('Decisions', decisionsSchema) },
      404: unknown,
    },
    handler: readDecisions,
  },
};

async function readDecisions({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const told = await ports.decisions(request, idOf(request));
  return told.kind === 'refusal'
    ? sendProblem(reply, refused(refuse('unknown_request')))
    : reply.send({ items: told.items });
}
