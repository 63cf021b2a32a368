// What is wrong, as RFC 9457 problem details: their shape, and how they are sent.
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Fault } from '../../domain/fault.ts';

export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: 'urn:countersign:problem:<code>; recognise a problem by it, not by its text.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened, ending with what to do about it.' }),
    errors: z
      .array(z.object({ pointer: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Every fault of the input; pointer is a JSON pointer, or ?name for a query parameter.' }),
  })
  .meta({ description: 'RFC 9457 problem details.' });

export type Problem = z.infer<typeof problemSchema> & { readonly headers?: Readonly<Record<string, string>> };

type Extras = { readonly errors?: readonly Fault[]; readonly headers?: Readonly<Record<string, string>> };

export function problem(status: number, code: string, title: string, detail: string, extras: Extras = {}): Problem {
  const { errors, headers } = extras;
  return {
    type: `urn:countersign:problem:${code}`,
    title,
    status,
    detail,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(headers === undefined ? {} : { headers }),
  };
}

export function sendProblem(reply: FastifyReply, { headers, ...body }: Problem): FastifyReply {
  return reply
    .code(body.status)
    .headers(headers ?? {})
    .type('application/problem+json')
    .send(JSON.stringify(body));
}

export function invalid(errors: readonly Fault[]): Problem {
  const detail = `${errors.length === 1 ? 'One thing is' : `${errors.length} things are`} wrong: ${sentence(errors)}`;
  return problem(400, 'invalid', 'The request is not valid', detail, { errors });
}

function others(count: number): string {
  return count === 1 ? 'See errors for the other one.' : `See errors for the other ${count}.`;
}

/** A fault of the whole body that begins with its verb needs somebody to be said of. */
function subjectOf({ pointer, message }: Fault): string {
  if (pointer !== '') return `${pointer} `;
  return message.startsWith('is ') ? 'the body ' : '';
}

function sentence(errors: readonly Fault[]): string {
  const [first] = errors;
  if (first === undefined) return 'see GET /openapi.json.';
  const more = errors.length > 1 ? ` ${others(errors.length - 1)}` : '';
  return `${subjectOf(first)}${first.message}${more}`;
}
