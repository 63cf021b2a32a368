// The calls about requests: each reads its input, asks one port and says what came of it. No GET changes anything.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { isAwaited, mayReview, maySee } from '../../domain/audience.ts';
import { durationMs } from '../../domain/duration.ts';
import { isResolved } from '../../domain/lifecycle.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { REQUEST_ID } from '../../domain/request-id.ts';
import type { Fault } from '../../domain/submission.ts';
import { view } from '../../domain/view.ts';
import { readSubmission } from './body.ts';
import type { HttpPorts } from './ports.ts';
import {
  alreadyResolved,
  conflict,
  invalid,
  notAllowed,
  notApproved,
  type Problem,
  sendProblem,
  unavailable,
  unknownRequest,
} from './problem.ts';
import { readRevocation } from './redemption.ts';
import { LONGEST_WAIT_MS, listQuery, waitQuery } from './routes.ts';

type Wanted = Omit<Parameters<HttpPorts['list']>[0], 'limit' | 'cursor'>;
type CallHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export function submitRequest(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const read = readSubmission(request.body, request.headers['idempotency-key']);
    if (!read.ok) return sendProblem(reply, invalid(read.faults));
    const { submission, key } = read.value;
    if (submission.callback !== undefined && !ports.isCallbackAllowed(submission.callback)) {
      const message = 'names a host that is not allowed here; ask an administrator to add it to CALLBACK_HOSTS.';
      return sendProblem(reply, invalid([{ pointer: '/callback', message }]));
    }
    const admission = await ports.submit({
      service: request.service,
      submission,
      ...(key === undefined ? {} : { key }),
    });
    switch (admission.kind) {
      case 'created':
        return sendView(
          ports,
          reply.code(201).header('Location', `/v1/requests/${admission.record.id}`),
          admission.record,
        );
      case 'repeated':
        return sendView(ports, reply.code(200), admission.record);
      case 'refusal':
        return sendProblem(reply, refused(admission.code, admission.record));
      default:
        return admission satisfies never;
    }
  };
}

export function readRequest(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const record = await own(ports, request);
    return record === undefined ? sendProblem(reply, unknownRequest()) : sendView(ports, reply, record);
  };
}

/** `stopping` ends every wait early: the view is given as it stands, and the client asks again elsewhere. */
export function waitForRequest(ports: HttpPorts, stopping: AbortSignal): CallHandler {
  return async (request, reply) => {
    const query = readQuery(waitQuery, request.query);
    if (!query.ok) return sendProblem(reply, invalid(query.faults));
    const record = await own(ports, request);
    if (record === undefined) return sendProblem(reply, unknownRequest());
    if (isResolved(record.status)) return sendView(ports, reply, record);
    const timeoutMs = Math.min(durationMs(query.value.timeout) ?? 0, LONGEST_WAIT_MS);
    const waited = await whileWanted(reply, stopping, signal => waitUntilResolved(ports, record.id, timeoutMs, signal));
    return sendView(ports, reply, waited ?? record);
  };
}

export function cancelRequest(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    if ((await own(ports, request)) === undefined) return sendProblem(reply, unknownRequest());
    const result = await ports.cancel(idOf(request), request.service);
    if (result.kind === 'refusal') return sendProblem(reply, refused(result.code, result.record));
    return sendView(ports, reply, result.record);
  };
}

export function revokeRequest(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const read = readRevocation(request.body);
    if (!read.ok) return sendProblem(reply, invalid(read.faults));
    if ((await own(ports, request)) === undefined) return sendProblem(reply, unknownRequest());
    const result = await ports.revoke({ id: idOf(request), service: request.service, ...read.value });
    if (result.kind === 'refusal') return sendProblem(reply, refused(result.code, result.record));
    return sendView(ports, reply, result.record);
  };
}

export function listRequests(ports: HttpPorts): CallHandler {
  return async (request, reply) => {
    const query = readQuery(listQuery, request.query);
    if (!query.ok) return sendProblem(reply, invalid(query.faults));
    const { limit, cursor } = query.value;
    const page = await ports.list({
      ...listFor(request, query.value),
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const next = page.next === undefined ? {} : { next_cursor: page.next };
    return reply.send({ items: page.items.map(record => view(record)), ...next });
  };
}

/** A service has its own requests. A person has those that wait for them; by another status, those they may see. */
function listFor({ service, person }: FastifyRequest, { status, review }: z.infer<typeof listQuery>): Wanted {
  const only = review === undefined ? {} : { review };
  if (person === undefined) return { service, ...only, ...(status === undefined ? {} : { status }) };
  if (review !== undefined) return { ...only, where: record => mayReview(record, person) };
  const wanted = status ?? 'pending';
  const where = wanted === 'pending' ? isAwaited : maySee;
  return { status: wanted, where: record => where(record, person) };
}

/** The request, if it is this service's, or the person has to do with it: any other does not exist for the caller. */
export async function own(ports: HttpPorts, request: FastifyRequest): Promise<RequestRecord | undefined> {
  const id = idOf(request);
  if (!REQUEST_ID.test(id)) return undefined;
  const record = await ports.read(id);
  if (record === undefined) return undefined;
  const { person, service } = request;
  return (person === undefined ? record.service.id === service : maySee(record, person)) ? record : undefined;
}

async function waitUntilResolved(ports: HttpPorts, id: string, timeoutMs: number, signal: AbortSignal) {
  try {
    return await ports.wait(id, ({ status }) => isResolved(status), timeoutMs, signal);
  } catch (error) {
    if (signal.aborted) return ports.read(id);
    throw error;
  }
}

/** The signal is aborted when the client hangs up, or when the server is about to stop. */
async function whileWanted<T>(reply: FastifyReply, stopping: AbortSignal, work: (signal: AbortSignal) => Promise<T>) {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  reply.raw.once('close', leave);
  if (stopping.aborted) leave();
  stopping.addEventListener('abort', leave, { once: true });
  try {
    return await work(leaving.signal);
  } finally {
    reply.raw.off('close', leave);
    stopping.removeEventListener('abort', leave);
  }
}

function refused(code: string, record: RequestRecord | undefined): Problem {
  if (code === 'conflict') return conflict(record?.id);
  if (code === 'unknown_request') return unknownRequest();
  if (code === 'already_resolved') return alreadyResolved(record?.status);
  if (code === 'busy') return unavailable(undefined);
  if (code === 'not_approved') return notApproved(record?.status);
  return notAllowed(code);
}

/** The grant is the service's, which acts with it. */
function sendView(ports: HttpPorts, reply: FastifyReply, record: RequestRecord): FastifyReply {
  const isForPerson = reply.request.person !== undefined;
  return reply.send(isForPerson ? view(record) : view(record, ports.grantOf(record)));
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id?: string }).id ?? '';
}

type ReadQuery<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function readQuery<S extends z.ZodType>(schema: S, query: unknown): ReadQuery<z.infer<S>> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ pointer: `?${key}`, message: 'is not a known parameter; leave it out.' }))
      : [
          {
            pointer: `?${issue.path.join('.')}`,
            message: /\.$/.test(issue.message) ? issue.message : `${issue.message}.`,
          },
        ],
  );
  return { ok: false, faults };
}
