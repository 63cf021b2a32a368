// What those ask who run it: does it live, can it work, how is it doing, and what does it serve.
import { z } from 'zod';
import { named, type Routes } from '../route.ts';

const Checks = named(
  'Checks',
  z.object({
    ready: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  }),
);

export const operations: Routes = {
  health: {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process lives',
    isOpen: true,
    answers: { 200: { says: 'It lives.', contentType: 'text/plain' } },
    handler: async (_serving, _request, reply) => reply.type('text/plain').send('ok\n'),
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether it can do its work, and what is missing',
    isOpen: true,
    answers: {
      200: { says: 'Everything is there.', body: Checks },
      503: { says: 'Something is missing: a check that is not ok names it.', body: Checks },
    },
    async handler({ ports }, _request, reply) {
      const checks = await ports.readiness();
      const isReady = checks.every(({ ok }) => ok);
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
    },
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Measurements for Prometheus',
    isOpen: true,
    answers: { 200: { says: 'Prometheus text format.', contentType: 'text/plain' } },
    async handler({ ports }, _request, reply) {
      const { contentType, body } = await ports.metrics();
      return reply.type(contentType).send(body);
    },
  },
  description: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    isOpen: true,
    answers: { 200: { says: 'OpenAPI 3.1.', contentType: 'application/json' } },
    handler: async ({ description }, _request, reply) => reply.type('application/json').send(description),
  },
};
