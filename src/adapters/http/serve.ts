// The route table brought to life: each address gets its handlers, and every other method of its address a plain no.
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { requireKey } from './key.ts';
import { openapi } from './openapi.ts';
import type { HttpPorts } from './ports.ts';
import { sendProblem } from './problem.ts';
import { wrongMethod } from './problem-words.ts';
import type { Serving } from './route.ts';
import { routes } from './routes.ts';
import { weigh } from './scales.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function serveRoutes(
  app: FastifyInstance,
  ports: HttpPorts,
  { scales, stopping }: Pick<Serving, 'scales' | 'stopping'>,
): void {
  const serving: Serving = { ports, scales, stopping, description: JSON.stringify(openapi()) };
  const known = new Map<string, HTTPMethods[]>();
  for (const { method, path, isOpen, callers = 'services', weighs, handler } of Object.values(routes)) {
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.route({
      method,
      url,
      handler: (request, reply) => scales.inTurn(request, () => handler(serving, request, reply)),
      ...(isOpen === true ? {} : { onRequest: [requireKey(ports, callers), weigh(scales, weighs)] }),
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
