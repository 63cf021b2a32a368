// The request that a call is about, as far as the caller may know of it, and its view.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { view } from '../../contract/view.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { HttpPorts } from './ports.ts';

export function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id?: string }).id ?? '';
}

/** The request, as far as the caller may know of it. */
export async function own(ports: HttpPorts, request: FastifyRequest): Promise<RequestRecord | undefined> {
  const found = await ports.read(request, idOf(request));
  return 'code' in found ? undefined : found;
}

/** The grant is the service's, which acts with it. */
export function sendView(ports: HttpPorts, reply: FastifyReply, record: RequestRecord): FastifyReply {
  const isForPerson = reply.request.person !== undefined;
  const grant = isForPerson ? undefined : ports.grantOf(record);
  return reply.type('application/json; charset=utf-8').send(textOf(record, grant));
}

/** Those who were woken by one change share its record, and so the text of its view. */
const texts = new WeakMap<RequestRecord, { readonly grant: string | undefined; readonly text: string }>();

function textOf(record: RequestRecord, grant: string | undefined): string {
  const known = texts.get(record);
  if (known !== undefined && known.grant === grant) return known.text;
  const text = JSON.stringify(view(record, grant));
  texts.set(record, { grant, text });
  return text;
}
