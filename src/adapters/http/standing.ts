// The calls about standing approvals: which are in force, and ending one before its time.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { STANDING_ID, type StandingState } from '../../domain/standing.ts';
import type { HttpPorts, Revoker } from './ports.ts';
import { sendProblem, unknownStanding } from './problem.ts';

const time = z.iso.datetime();

export const standingSchema = z.object({
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

export const standingPageSchema = z.object({ items: z.array(standingSchema) });

type CallHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export function listStanding(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const all = await ports.standing();
    const { service, person } = request;
    const isTheirs = ({ scope, grantedBy }: StandingState) =>
      person === undefined ? scope.service === service : grantedBy === person.user;
    return reply.send({ items: all.filter(isTheirs).map(standingView) });
  };
}

export function revokeStanding(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const { id = '' } = request.params as { readonly id?: string };
    if (!STANDING_ID.test(id)) return sendProblem(reply, unknownStanding());
    const result = await ports.revokeStanding({ id, by: callerOf(request) });
    if (result.kind === 'refusal') return sendProblem(reply, unknownStanding());
    return reply.send(standingView(result.standing));
  };
}

function callerOf({ service, person }: FastifyRequest): Revoker {
  return person === undefined ? { kind: 'service', id: service } : { kind: 'person', id: person.user };
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
