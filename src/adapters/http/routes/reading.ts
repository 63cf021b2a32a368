// Requests as they stand: one, many, or one as soon as it is resolved. None of it changes anything.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { view } from '../../../contract/view.ts';
import { durationMs } from '../../../domain/duration.ts';
import { type Status, statuses } from '../../../domain/lifecycle.ts';
import { present } from '../../../domain/present.ts';
import { refuse } from '../../../domain/refusal.ts';
import { tooMuch, unknown, withView, wrong } from '../described-answers.ts';
import { idOf, own, sendView } from '../own-request.ts';
import { invalid, sendProblem } from '../problem.ts';
import { overBudget } from '../problem-words.ts';
import { readQuery } from '../query.ts';
import { refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';
import { pageSchema } from '../view-schema.ts';
import { whileWanted } from '../while-wanted.ts';

/** Longest wait that proxies on the way can be trusted to bear; a longer wish is cut to it. */
const LONGEST_WAIT_MS = 55_000;

const waitQuery = z.strictObject({
  timeout: z
    .string()
    .default('30s')
    .transform(text => (/^\d+$/.test(text) ? `${text}s` : text))
    .refine(text => durationMs(text) !== undefined, { error: 'is not a duration; write for example 30s.' })
    .meta({ description: 'How long to wait, at most 55s (30 is 30s); afterwards the view is given as it stands.' }),
});

const CURSOR = { error: 'is none of ours; send next_cursor of the page before, or leave it out.' };
const LIMIT = { error: 'must be a number from 1 to 100; leave it out for 50.' };

const listQuery = z.strictObject({
  status: z.enum(statuses as [Status, ...Status[]], { error: `must be one of ${statuses.join(', ')}.` }).optional(),
  awaiting: z.literal('me', { error: 'knows only me; send awaiting=me with your own key.' }).optional().meta({
    description:
      'With a person’s key: pending requests in which they could answer now, by the groups of the directory. Where only Slack groups or channels are asked, that cannot be told, and they are left out.',
  }),
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(100, LIMIT).default(50),
  review: z
    .literal('open', { error: 'knows only open; send review=open.' })
    .optional()
    .meta({ description: 'Emergencies that nobody has reviewed yet; for a person: that they may.' }),
  cursor: z
    .string()
    .min(1, CURSOR)
    .max(512, CURSOR)
    .optional()
    .meta({ description: 'next_cursor of the page before.' }),
});

export const reading: Routes = {
  listRequests: {
    method: 'GET',
    path: '/v1/requests',
    summary:
      "The service's own requests, newest first; for a person: those that wait for their answer, or by status that they may see",
    callers: 'both',
    query: listQuery,
    answers: {
      200: { says: 'One page; it ends sooner where the requests are large.', body: named('Page', pageSchema) },
      400: wrong,
      429: tooMuch,
    },
    weighs: 'page',
    handler: listRequests,
  },
  readRequest: {
    method: 'GET',
    path: '/v1/requests/{id}',
    summary: 'A request as it stands',
    callers: 'both',
    answers: { 200: withView('The request.'), 404: unknown },
    handler: readRequest,
  },
  waitForRequest: {
    method: 'GET',
    path: '/v1/requests/{id}/wait',
    summary: 'A request as soon as it is resolved, or as it stands after the timeout',
    callers: 'both',
    query: waitQuery,
    answers: { 200: withView('The request, resolved or still pending.'), 400: wrong, 404: unknown, 429: tooMuch },
    handler: waitForRequest,
  },
};

async function listRequests({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const query = readQuery(listQuery, request.query);
  if (!query.ok) return sendProblem(reply, invalid(query.faults));
  const page = await ports.list(request, present(query.value));
  if ('code' in page) return sendProblem(reply, page.faults === undefined ? refused(page) : invalid(page.faults));
  const more = present({ next_cursor: page.next, left_out: page.leftOut });
  return reply.send({ items: page.items.map(record => view(record)), ...more });
}

async function readRequest({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const record = await own(ports, request);
  return record === undefined ? sendProblem(reply, refused(refuse('unknown_request'))) : sendView(ports, reply, record);
}

/** A server that stops ends every wait early: the view is given as it stands, and the client asks again elsewhere. */
async function waitForRequest(serving: Serving, request: FastifyRequest, reply: FastifyReply) {
  const { ports, scales, stopping } = serving;
  const query = readQuery(waitQuery, request.query);
  if (!query.ok) return sendProblem(reply, invalid(query.faults));
  const waiting = await ports.wait(request, idOf(request));
  if (waiting.kind === 'refusal') return sendProblem(reply, refused(refuse('unknown_request')));
  const waiter = scales.waiter(request.person?.user ?? request.service);
  if ('budget' in waiter) return sendProblem(reply, overBudget(waiter));
  try {
    const timeoutMs = Math.min(durationMs(query.value.timeout) ?? 0, LONGEST_WAIT_MS);
    const waited = await whileWanted(reply, stopping, signal => waiting.until(timeoutMs, signal));
    return waited === undefined
      ? sendProblem(reply, refused(refuse('unknown_request')))
      : sendView(ports, reply, waited);
  } finally {
    waiter.release();
  }
}
