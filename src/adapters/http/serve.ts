// The route table brought to life: each operation gets its handler, and every other method of its address a plain no.
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { readDecisions } from './decisions.ts';
import { requireKey } from './key.ts';
import { openapi } from './openapi.ts';
import type { HttpPorts } from './ports.ts';
import { sendProblem, wrongMethod } from './problem.ts';
import { redeemGrant } from './redemption.ts';
import { cancelRequest, listRequests, readRequest, revokeRequest, submitRequest, waitForRequest } from './requests.ts';
import { type Operation, operations, routeOf } from './routes.ts';
import { listStanding, revokeStanding } from './standing.ts';
import { castVote, closeReview } from './votes.ts';

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function serveRoutes(app: FastifyInstance, ports: HttpPorts, stopping: AbortSignal): void {
  const handlers = handlersOf(ports, stopping);
  const known = new Map<string, HTTPMethods[]>();
  for (const operation of operations) {
    const { method, path, isOpen, callers = 'services' } = routeOf(operation);
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.route({
      method,
      url,
      handler: handlers[operation],
      ...(isOpen === true ? {} : { onRequest: requireKey(ports, callers) }),
    });
    known.set(url, [...(known.get(url) ?? []), method]);
  }
  for (const [url, allowed] of known) {
    const others = METHODS.filter(
      method => !allowed.includes(method) && !(method === 'HEAD' && allowed.includes('GET')),
    );
    const refuse = async (_request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, wrongMethod(allowed));
    // Before the body is looked at: what is in it does not matter here.
    app.route({ method: others, url, onRequest: refuse, handler: refuse });
  }
}

function handlersOf(ports: HttpPorts, stopping: AbortSignal): Record<Operation, Handler> {
  const description = JSON.stringify(openapi());
  return {
    submitRequest: submitRequest(ports),
    listRequests: listRequests(ports),
    readRequest: readRequest(ports),
    waitForRequest: waitForRequest(ports, stopping),
    readDecisions: readDecisions(ports),
    cancelRequest: cancelRequest(ports),
    castVote: castVote(ports),
    closeReview: closeReview(ports),
    redeemGrant: redeemGrant(ports),
    revokeRequest: revokeRequest(ports),
    keySet: async (_request, reply) => reply.send(ports.jwks),
    listStanding: listStanding(ports),
    revokeStanding: revokeStanding(ports),
    health: async (_request, reply) => reply.type('text/plain').send('ok\n'),
    readiness: async (_request, reply) => {
      const checks = await ports.readiness();
      const isReady = checks.every(({ ok }) => ok);
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
    },
    metrics: async (_request, reply) => {
      const { contentType, body } = await ports.metrics();
      return reply.type(contentType).send(body);
    },
    description: async (_request, reply) => reply.type('application/json').send(description),
  };
}
