// One HTTP call that wants an answer: sent again while nobody answers, and given up only when its caller does.

import { nap } from '../contract/time.ts';
import type { Fault } from '../domain/fault.ts';
import { Rejected, Unintelligible, Unreachable } from './errors.ts';
import { pauseMs } from './pace.ts';

export type Exchange = (call: {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  /** Sent again with it, because its answer was lost, it is the same call. */
  readonly key?: string;
  /** Ends the exchange, tries and pauses and all. */
  readonly signal: AbortSignal;
  /** How long one try may take. */
  readonly tryMs: number;
}) => Promise<unknown>;

const LONGEST_RETRY_AFTER_MS = 30_000;

/** Resolves with the JSON of a 2xx answer; throws `Rejected` for a 4xx, `Unreachable` when the signal came first. */
export function exchangeWith(url: string, apiKey: string): Exchange {
  const base = url.replace(/\/+$/, '');
  return async ({ method, path, body, key, signal, tryMs }) => {
    let lastCause: unknown;
    let told: Rejected | undefined;
    for (let n = 0; !signal.aborted; n++) {
      let atLeastMs = 0;
      try {
        const answer = await fetch(base + path, {
          method,
          // A redirect would carry the call, not always whole, to an address that nobody configured.
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]),
          headers: {
            authorization: `Bearer ${apiKey}`,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(body === undefined ? {} : { body }),
        });
        const text = await answer.text();
        if (!isWorthRepeating(answer.status)) return read(answer.status, text, base);
        lastCause = new Error(`HTTP ${answer.status}`);
        const said = rejected(answer.status, parse(text));
        told = answer.status === 429 || said.code === 'unavailable' ? said : undefined;
        atLeastMs = retryAfterMs(answer.headers.get('retry-after'));
      } catch (error) {
        if (error instanceof Rejected || error instanceof Unintelligible) throw error;
        lastCause = error;
        told = undefined;
      }
      await nap(pauseMs(n, atLeastMs), signal);
    }
    throw new Unreachable(base, { cause: lastCause, told });
  };
}

/** Nobody answered who knows: a proxy without a server, a server without its store, too many calls. */
function isWorthRepeating(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function read(status: number, text: string, base: string): unknown {
  const json = parse(text);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new Unintelligible('it is not JSON');
    return json;
  }
  if (status >= 300 && status < 400) {
    throw new Rejected('redirected', `${base} answers with a redirect.`, 'Configure the address it leads to.', {
      status,
    });
  }
  throw rejected(status, json);
}

function rejected(status: number, json: unknown): Rejected {
  const { type, title, detail, errors } = (typeof json === 'object' && json !== null ? json : {}) as {
    readonly [member: string]: unknown;
  };
  const code = /^urn:countersign:problem:([a-z_]+)$/.exec(String(type))?.[1] ?? `http_${status}`;
  const what = typeof title === 'string' ? `${title}.` : `Countersign answered ${status}.`;
  const remedy = typeof detail === 'string' ? detail : 'Check the address and the call.';
  return new Rejected(code, what, remedy, { status, faults: Array.isArray(errors) ? (errors as Fault[]) : [] });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1_000), LONGEST_RETRY_AFTER_MS) : 0;
}
