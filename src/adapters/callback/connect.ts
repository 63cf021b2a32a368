// Callbacks: a POST to the address a request named, signed, never to a private address and never along a redirect.
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import fetch, { type Response } from 'node-fetch';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Failure } from '../../domain/failure.ts';
import type { Callbacks } from '../../flow/ports.ts';
import { callbackRule } from './allowed.ts';
import { callbackBody } from './body.ts';
import { signer } from './signature.ts';

export type CallbackOptions = {
  /** `host` or `host:port`; none means that no callback is allowed. */
  readonly hosts: readonly string[];
  /** `whsec_…`, several separated by spaces; needed as soon as there is a host. */
  readonly secret?: string;
  readonly timeoutMs?: number;
  /** The address at which a view too long for a callback can be read. */
  readonly linkTo?: (id: string) => string;
  readonly now?: () => number;
  /** For tests: further certificate authorities, this machine as a receiver, names as a test would resolve them. */
  readonly ca?: string;
  readonly allowLoopback?: boolean;
  readonly lookup?: LookupFunction;
};

export type CallbackAdapter = Callbacks & {
  /** Whether a request may name this address. */
  isCallbackAllowed(url: string): boolean;
  close(): void;
};

const TIMEOUT_MS = 15_000;
/** Nothing in the answer is of interest but its status. */
const MAX_ANSWER_BYTES = 65_536;
/** A receiver that is slow holds up itself: the others find a free place. */
const MOST_AT_A_HOST = 4;
const BUSY_AGAIN_MS = { least: 500, spread: 1_000 } as const;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

export function connectCallbacks(options: CallbackOptions): CallbackAdapter {
  const isCallbackAllowed = callbackRule(options.hosts);
  const sign = options.hosts.length === 0 ? undefined : signer(options.secret ?? '');
  const now = options.now ?? Date.now;
  const perHost = new Map<string, number>();
  const agent = new RequestFilteringHttpsAgent({
    lookup: options.lookup ?? systemLookup,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.allowLoopback === true ? { allowIPAddressList: ['127.0.0.1', '::1'] } : {}),
  });
  return {
    isCallbackAllowed,
    async deliver(url, deliveryId, view) {
      if (sign === undefined || !isCallbackAllowed(url)) throw notAllowed();
      const { host } = new URL(url);
      const underWay = perHost.get(host) ?? 0;
      if (underWay >= MOST_AT_A_HOST) throw busy();
      perHost.set(host, underWay + 1);
      const body = callbackBody(view, options.linkTo);
      const timestamp = Math.floor(now() / 1_000);
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'countersign',
            'webhook-id': deliveryId,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': sign(deliveryId, timestamp, body),
          },
          body,
          agent,
          redirect: 'manual',
          size: MAX_ANSWER_BYTES,
          signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
        });
      } catch (error) {
        throw unreached(error);
      } finally {
        if (perHost.get(host) === 1) perHost.delete(host);
        else perHost.set(host, (perHost.get(host) ?? 1) - 1);
      }
      await response.arrayBuffer().catch(() => undefined); // read to its end for politeness; it may well be cut off
      if (!response.ok) throw refused(response, now());
    },
    close: () => agent.destroy(),
  };
}

function busy(): Failure {
  const message =
    'As many callbacks as one host gets at a time are under way there. This one follows; nothing is to be done.';
  const retryAfterMs = BUSY_AGAIN_MS.least + Math.random() * BUSY_AGAIN_MS.spread;
  return new Failure('callback_host_busy', message, { isTransient: true, retryAfterMs });
}

function notAllowed(): Failure {
  const message =
    'The callback goes to a host that is not allowed. Add it to CALLBACK_HOSTS, or submit without a callback.';
  return new Failure('callback_not_allowed', message, { isTransient: false });
}

/** Transient whatever it was: a name, a route, a certificate can be mended within the days of retrying. */
function unreached(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const what = code ?? (isAborted(error) ? 'it took too long' : 'its address is not public, or the connection failed');
  return new Failure(
    'callback_unreachable',
    `The receiver of the callback was not reached: ${what}. Check its name, its certificate and that it listens.`,
    { cause: error, isTransient: true },
  );
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** Only 2xx is acceptance. 410 and most of 4xx would answer the same to the same body. */
function refused({ status, headers }: Response, now: number): Failure {
  const isTransient = status < 400 || status >= 500 || [408, 425, 429].includes(status);
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now);
  const remedy = {
    redirect: 'Name the final address: redirects are not followed.',
    gone: 'Submit with the address of a receiver that still exists.',
    refusal: 'Check its log for why it did not answer 2xx.',
  }[status === 410 ? 'gone' : status >= 300 && status < 400 ? 'redirect' : 'refusal'];
  return new Failure(
    status === 410 ? 'callback_gone' : 'callback_refused',
    `The receiver of the callback answered HTTP ${status}. ${remedy}`,
    { isTransient, ...(isTransient && retryAfterMs !== undefined ? { retryAfterMs } : {}) },
  );
}

/** Seconds or a date; a receiver cannot postpone us for more than a day. */
function readRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}
