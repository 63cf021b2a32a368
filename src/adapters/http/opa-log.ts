// Where OPA sends its decision log: a route of its own for a token of its own, there only when the token is set.
import { createHash, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { invalid, sendProblem } from './problem.ts';
import { noLogToken, tooLarge } from './problem-words.ts';

export type OpaLogPort = {
  readonly token: string;
  /** Keeps what it understands of the events; false when they are no list. */
  take(events: unknown): Promise<boolean>;
};

/** OPA sends 32 KB at a time, compressed. */
const MOST_BYTES = 1_048_576;
const MOST_UNPACKED_BYTES = 16 * 1_048_576;

const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

export function serveOpaLog(app: FastifyInstance, { token, take }: OpaLogPort): void {
  const expected = digest(token);

  // Digests are compared, in constant time: neither the token nor its length shows.
  async function requireToken(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const given = /^Bearer +(\S{1,512}) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), expected) ? undefined : sendProblem(reply, noLogToken());
  }

  app.post('/opa/logs', { onRequest: requireToken, bodyLimit: MOST_BYTES }, async (request, reply) => {
    const read = await eventsIn(request);
    if (read === 'too large') return sendProblem(reply, tooLarge(MOST_UNPACKED_BYTES));
    if (read === 'unreadable' || !(await take(read.events))) {
      return sendProblem(
        reply,
        invalid([{ pointer: '', message: 'is not a decision log of OPA: a JSON array, gzip or plain.' }]),
      );
    }
    return reply.send({});
  });
}

async function eventsIn(request: FastifyRequest): Promise<{ readonly events: unknown } | 'too large' | 'unreadable'> {
  try {
    const body = request.body as Buffer;
    const isPacked = request.headers['content-encoding'] === 'gzip';
    const bytes = isPacked ? await unpack(body, { maxOutputLength: MOST_UNPACKED_BYTES }) : body;
    return { events: JSON.parse(bytes.toString('utf8')) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'unreadable';
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
