// The HTTP server: its limits, what it says of each call in the log, and how it ends without losing anybody.
import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { within } from '../../contract/time.ts';
import { Failure } from '../../domain/failure.ts';
import { problemOf } from './failure-problem.ts';
import { serveOpaLog } from './opa-log.ts';
import type { HttpLog, HttpPorts } from './ports.ts';
import { sendProblem } from './problem.ts';
import { notHttp, unknownRoute } from './problem-words.ts';
import { createScales, NO_LIMITS, type ScaleBudgets } from './scales.ts';
import { serveRoutes } from './serve.ts';

export type { HttpLog, HttpPorts, HttpSubmission } from './ports.ts';

export type HttpOptions = {
  readonly host: string;
  readonly port: number;
  readonly bodyLimit: number;
  /** What one service may have of this process at a time; without limits where left out. */
  readonly budgets?: Partial<ScaleBudgets>;
};
export type HttpServer = { readonly url: string; stop(): Promise<void> };

/** Above the 60 s after which balancers drop an idle connection, so that none is reused as we close it. */
const KEEP_ALIVE_MS = 65_000;
/** A body that takes longer to arrive than this is not worth a socket. */
const RECEIVE_MS = 30_000;
/** How long calls that are being answered hold up the end. */
const LAST_ANSWERS_MS = 10_000;

/** Serves the API until `stop`, which first answers every waiting client with the view as it stands. */
export async function startHttp(ports: HttpPorts, options: HttpOptions): Promise<HttpServer> {
  const { host, port, bodyLimit } = options;
  const stopping = new AbortController();
  const app = Fastify({
    bodyLimit,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: RECEIVE_MS,
    forceCloseConnections: 'idle',
    genReqId: () => `call_${randomBytes(6).toString('hex')}`,
    // An id of any length is an unknown request (404), not a malformed address.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (_error, _request, reply) => void sendProblem(reply, notHttp()),
  });
  const calls = countCalls(app);
  app.decorateRequest('service', '');
  app.decorateRequest('person', undefined);
  app.decorateRequest('workload', undefined);
  app.decorateRequest('isLarge', false);
  app.removeAllContentTypeParsers();
  // Bytes, not text: what is not UTF-8 must be refused, and only the reader of the body can say so.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onSend', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store').header('X-Content-Type-Options', 'nosniff');
    if (stopping.signal.aborted) reply.header('Connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => logCall(ports.log, request, reply));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, unknownRoute()));
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request, ports.log, bodyLimit)));
  const scales = createScales({ ...NO_LIMITS, ...options.budgets }, ports.onOverBudget);
  serveRoutes(app, ports, { scales, stopping: stopping.signal });
  if (ports.opaLog !== undefined) serveOpaLog(app, ports.opaLog);
  await app.listen({ host, port }).catch((cause: unknown) => {
    throw cannotListen(options, cause);
  });
  return {
    url: addressOf(app.server.address(), host),
    async stop() {
      stopping.abort();
      const closed = app.close();
      await calls.settled(LAST_ANSWERS_MS);
      // A socket that has not sent a request yet counts as busy, and would hold us for a minute.
      app.server.closeAllConnections();
      await closed;
    },
  };
}

/** Calls that are being answered. A client that hangs up ends its call as well as an answer does. */
function countCalls(app: FastifyInstance) {
  let running = 0;
  let onSettled: (() => void) | undefined;
  app.addHook('onRequest', async (_request, reply) => {
    running += 1;
    reply.raw.once('close', () => {
      running -= 1;
      if (running === 0) onSettled?.();
    });
  });
  return {
    async settled(withinMs: number): Promise<void> {
      const none = Promise.withResolvers<void>();
      onSettled = none.resolve;
      await within(none.promise, running === 0 ? 0 : withinMs);
    },
  };
}

/** One line a call: neither its body nor a header, and the route's pattern rather than what was typed. */
function logCall(log: HttpLog, request: FastifyRequest, reply: FastifyReply): void {
  const { url: route = 'unknown' } = request.routeOptions;
  const isRoutine = reply.statusCode < 400 && !route.startsWith('/v1/');
  const { id } = (request.params ?? {}) as { readonly id?: string };
  const level = isRoutine ? 'debug' : reply.statusCode >= 500 ? 'warn' : 'info';
  log[level](
    {
      call: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      tookMs: Math.round(reply.elapsedTime),
      ...(request.service === '' ? {} : { service: request.service }),
      ...(request.person === undefined ? {} : { person: request.person.user }),
      ...(id === undefined ? {} : { request: id.slice(0, 40) }),
    },
    'call',
  );
}

function cannotListen({ host, port }: HttpOptions, cause: unknown): Failure {
  const message = `The API cannot listen on ${host}:${port}. Free the port, or choose another with API_HOST and API_PORT.`;
  return new Failure('api_cannot_listen', message, { cause, isTransient: false });
}

function addressOf(address: ReturnType<import('node:net').Server['address']>, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
