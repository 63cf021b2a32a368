// When a call fails: which problem the client is told, and what the log keeps of it.
import type { FastifyRequest } from 'fastify';
import { Failure } from '../../domain/failure.ts';
import { isNewer } from '../../domain/stored/shape.ts';
import type { HttpLog } from './ports.ts';
import { invalid, type Problem } from './problem.ts';
import { broken, notHttp, rejected, tooLarge, unavailable, writtenByNewer, wrongType } from './problem-words.ts';

/** An error becomes a problem by its code, never by its text. A transient failure is told as 503, never as an answer. */
export function problemOf(error: unknown, request: FastifyRequest, log: HttpLog, bodyLimit: number): Problem {
  const { code, status } = signs(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyLimit);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return wrongType();
  if (code === 'FST_ERR_BAD_URL') return notHttp();
  if (code === 'bad_cursor') return invalid([{ pointer: '?cursor', message: 'is not next_cursor of a page before.' }]);
  if (status !== undefined && status >= 400 && status < 500) return rejected(status);
  const about = { call: request.id, method: request.method, route: request.routeOptions.url, code };
  if (error instanceof Failure && error.isTransient) {
    log.warn({ ...about, cause: error.message }, 'call answered with 503');
    return isNewer(error) ? writtenByNewer(error.retryAfterMs) : unavailable(error.retryAfterMs);
  }
  // Only these members: an error of a driver may carry the command that failed, and with it what was sent.
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'thrown', message: typeof error, stack: '' };
  log.error({ ...about, name, cause: message, stack }, 'call failed');
  return broken(String(request.id));
}

function signs(error: unknown): { readonly code?: string; readonly status?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { status: statusCode } : {}),
  };
}
