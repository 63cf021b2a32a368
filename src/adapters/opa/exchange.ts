// One HTTP exchange with OPA over kept connections: bounded in time and size, asked once more if the connection broke.
import { Pool } from 'undici';
import type { Address } from './address.ts';

export type Exchanged = {
  readonly status: number;
  readonly text: string;
  /** From the first byte sent to the last received: without the wait for a free connection. */
  readonly tookMs: number;
};

export type Exchange = {
  post(path: string, body: string): Promise<Exchanged>;
  get(path: string): Promise<Exchanged>;
  close(): Promise<void>;
};

export class AnswerTooLarge extends Error {}

/** A policy's answer is a few KB; anything near this is not one. */
export const MAX_ANSWER_BYTES = 256 * 1024;

// Evaluation is bound by OPA's cores: more questions at once only make each of them slower, past its time limit.
const CONNECTIONS = 16;
const KEEP_ALIVE_MS = 30_000;

/** The connection was refused, or a kept one was closed under us: no policy has judged, so asking again is the same. */
const BROKEN_CONNECTION = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'UND_ERR_SOCKET']);

export function openExchange(address: Address, timeoutMs: number): Exchange {
  const pool = new Pool(address.origin, {
    ...address.socket,
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: timeoutMs },
    headersTimeout: 0, // the whole exchange has one limit, below
    bodyTimeout: 0,
  });
  const again = async (send: () => Promise<Exchanged>): Promise<Exchanged> => {
    try {
      return await send();
    } catch (error) {
      if (!BROKEN_CONNECTION.has(codeOf(error) ?? '')) throw error;
      return send();
    }
  };
  return {
    post: (path, body) => again(() => exchange(pool, { method: 'POST', path, body, headers: JSON_BODY }, timeoutMs)),
    get: path => again(() => exchange(pool, { method: 'GET', path }, timeoutMs)),
    close: () => pool.destroy(),
  };
}

const JSON_BODY = { 'content-type': 'application/json' };

/** The system's or the client's code of an error, where it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The bare dispatch: half the CPU of the stream-based calls on a path that every request takes. */
function exchange(pool: Pool, request: Parameters<Pool['dispatch']>[0], timeoutMs: number): Promise<Exchanged> {
  return new Promise((answered, failed) => {
    let status = 0;
    let startedAt = 0;
    let bytes = 0;
    let timer: NodeJS.Timeout | undefined;
    const chunks: Buffer[] = [];
    pool.dispatch(request, {
      // Time runs from here: what waits for a free connection is not yet OPA's to answer.
      onRequestStart(controller) {
        startedAt = performance.now();
        timer = setTimeout(() => controller.abort(timedOut(timeoutMs)), timeoutMs);
      },
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) controller.abort(new AnswerTooLarge());
        else chunks.push(chunk);
      },
      onResponseEnd() {
        clearTimeout(timer);
        const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? '';
        answered({ status, text, tookMs: performance.now() - startedAt });
      },
      onResponseError(_controller, error) {
        clearTimeout(timer);
        failed(error);
      },
    });
  });
}

function timedOut(timeoutMs: number): Error {
  return Object.assign(new Error(`no whole answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}
