// The calls about standing approvals: which are in force, and ending one before its time.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { StandingState } from '../../../domain/standing.ts';
import { withProblem } from '../described-answers.ts';
import { idOf } from '../own-request.ts';
import { sendProblem } from '../problem.ts';
import { refused } from '../refused.ts';
import { named, type Routes, type Serving } from '../route.ts';
import { leftOutSchema } from '../view-schema.ts';

const time = z.iso.datetime();

const standingSchema = z.object({
  id: z.string(),
  service: z.string(),
  action: z.string(),
  resource: z.object({ type: z.string(), id: z.string() }),
  user: z.string().meta({ description: 'Whose requests pass.' }),
  actor: z.string().optional(),
  request: z.string().meta({ description: 'The request that it was given with.' }),
  granted_by: z.string(),
  granted_at: time,
  expires_at: time,
  max_uses: z.int(),
  uses: z.int(),
  revoked_by: z.string().optional(),
  revoked_at: time.optional(),
});

const standingPageSchema = z.object({
  items: z.array(standingSchema),
  left_out: leftOutSchema,
});

export const standing: Routes = {
  listStanding: {
    method: 'GET',
    path: '/v1/standing',
    summary: 'Standing approvals that are in force',
    callers: 'both',
    answers: {
      200: {
        says: 'All of this service, or all that this person gave.',
        body: named('StandingPage', standingPageSchema),
      },
    },
    handler: listStanding,
  },
  revokeStanding: {
    method: 'POST',
    path: '/v1/standing/{id}/revoke',
    summary: 'End a standing approval now; grants that rest on it are refused from then on',
    callers: 'both',
    answers: {
      200: { says: 'It has ended.', body: named('StandingView', standingSchema) },
      404: withProblem('There is no such standing approval.'),
    },
    handler: revokeStanding,
  },
};

async function listStanding({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const { items: all, leftOut } = await ports.standing(request);
  const items = all.map(standingView);
  return reply.send(leftOut === undefined ? { items } : { items, left_out: leftOut });
}

async function revokeStanding({ ports }: Serving, request: FastifyRequest, reply: FastifyReply) {
  const result = await ports.revokeStanding(request, idOf(request));
  if (result.kind === 'refusal') return sendProblem(reply, refused(result));
  return reply.send(standingView(result.standing));
}

function standingView({ id, scope, request, grantedBy, grantedAt, expiresAt, maxUses, uses, revoked }: StandingState) {
  return {
    id,
    ...scope,
    request,
    granted_by: grantedBy,
    granted_at: grantedAt,
    expires_at: expiresAt,
    max_uses: maxUses,
    uses,
    ...(revoked === undefined ? {} : { revoked_by: revoked.by, revoked_at: revoked.at }),
  } satisfies z.infer<typeof standingSchema>;
}
