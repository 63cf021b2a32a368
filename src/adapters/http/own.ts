// The request that a call is about, as far as the caller may know of it, and its view.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { view } from '../../contract/view.ts';
import { maySee } from '../../domain/audience.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { REQUEST_ID } from '../../domain/request-id.ts';
import type { HttpPorts } from './ports.ts';

export function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id?: string }).id ?? '';
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
