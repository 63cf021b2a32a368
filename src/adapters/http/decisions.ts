// A request's decisions as two witnesses tell them: our audit and OPA's own log.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import { sendProblem, unknownRequest } from './problem.ts';
import { own } from './requests.ts';

export function readDecisions(ports: HttpPorts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const record = await own(ports, request);
    if (record === undefined) return sendProblem(reply, unknownRequest());
    return reply.send({ items: await ports.decisionsOf(record) });
  };
}
