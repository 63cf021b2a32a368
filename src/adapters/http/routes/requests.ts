// Asking, and withdrawing what was asked.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../../domain/present.ts';
import { refuse } from '../../../domain/refusal.ts';
import { submissionSchema } from '../../../domain/submission-schema.ts';
import { readSubmission } from '../body.ts';
import { tooMuch, unknown, unreadable, withProblem, withView, wrong } from '../described-answers.ts';
import { idOf, own, sendView } from '../own-request.ts';
import { invalid, sendProblem } from '../problem.ts';
import { overBudget } from '../problem-words.ts';
import { refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';

export const requests: Routes = {
  submitRequest: {
    method: 'POST',
    path: '/v1/requests',
    summary: 'Ask whether an action may be taken',
    body: named('Submission', submissionSchema),
    headers: {
      'Idempotency-Key': 'Instead of the member idempotency_key: the same key and body is the same request, for ever.',
    },
    answers: {
      201: withView('The request is recorded; it may be resolved already.'),
      200: withView('It was submitted before under this key: the same request.'),
      400: wrong,
      409: withProblem('The key belongs to another body.'),
      429: tooMuch,
      ...unreadable,
    },
    weighs: 'submission',
    handler: submitRequest,
  },
  cancelRequest: {
    method: 'POST',
    path: '/v1/requests/{id}/cancel',
    summary: 'Withdraw a pending request',
    answers: { 200: withView('It is cancelled.'), 404: unknown, 409: withProblem('It is resolved already.') },
    handler: cancelRequest,
  },
};

async function submitRequest({ ports, scales }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const read = readSubmission(request.body, request.headers['idempotency-key']);
  if (!read.ok) return sendProblem(reply, invalid(read.faults));
  const { submission, key } = read.value;
  const { service, workload } = request;
  const admission = await ports.submit({ service, submission, ...present({ key, workload }) });
  switch (admission.kind) {
    case 'created': {
      const { record } = admission;
      return sendView(ports, reply.code(201).header('Location', `/v1/requests/${record.id}`), record);
    }
    case 'repeated':
      return sendView(ports, reply.code(200), admission.record);
    case 'refusal':
      if (admission.faults !== undefined) return sendProblem(reply, invalid(admission.faults));
      if (admission.over === undefined) return sendProblem(reply, refused(admission));
      scales.remember(service, admission.over);
      return sendProblem(reply, overBudget(admission.over));
    default:
      return admission satisfies never;
  }
}

async function cancelRequest({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  if ((await own(ports, request)) === undefined) return sendProblem(reply, refused(refuse('unknown_request')));
  const result = await ports.cancel(idOf(request), request.service);
  return result.kind === 'refusal' ? sendProblem(reply, refused(result)) : sendView(ports, reply, result.record);
}
