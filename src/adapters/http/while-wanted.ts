// Work that somebody waits for, ended when nobody does any more.
import type { FastifyReply } from 'fastify';

/** The signal is aborted when the client hangs up, or when the server is about to stop. */
export async function whileWanted<T>(
  reply: FastifyReply,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
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
