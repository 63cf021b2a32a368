// Countersign over HTTP, with nothing but the platform's own fetch.
import { randomUUID } from 'node:crypto';
import { nap } from '../contract/time.ts';
import { type Submission, submissionDigest } from '../domain/submission.ts';
import { isResolvedView, type ResolvedView, readView } from './answer.ts';
import type { HttpClientOptions, HttpCountersign, StandingView } from './calls.ts';
import { type ActionRequest, SUBMIT_FOR_MS, type WaitOptions } from './countersign.ts';
import { readCorroborated } from './decisions.ts';
import { CountersignError, Rejected, StillPending, Unintelligible, Unreachable } from './errors.ts';
import { exchangeWith } from './exchange.ts';
import { jsonOf } from './json.ts';
import { readLinkCode, readLinkView } from './links.ts';
import { limit } from './pace.ts';
import { asGrantRefused, digestOfAction, noGrant, readRedeemed } from './redeeming.ts';

const TRY_MS = 30_000;
/** One long-poll: well below what proxies bear, spread so that many waiters do not come back together. */
const POLL_MS = { least: 20_000, most: 30_000 } as const;
/** Beyond the poll itself, before its silence counts as a broken connection. */
const POLL_GRACE_MS = 10_000;
/** A poll that ends sooner, still pending, met a server that is about to stop. */
const TOO_SOON_MS = 1_000;
/** For the answer of the last poll to arrive. */
const LAST_ANSWER_MS = 500;

/** Connects over HTTP. Nothing is sent before the first call. */
export function connect({ url, apiKey, retryForMs = SUBMIT_FOR_MS }: HttpClientOptions): HttpCountersign {
  if (!URL.canParse(url)) throw new CountersignError('bad_url', 'The address is not a URL.', 'Set COUNTERSIGN_URL.');
  if (apiKey.trim() === '') {
    throw new CountersignError('no_key', 'There is no API key.', 'Make one: countersign keys create --service <name>');
  }
  const exchange = exchangeWith(url, apiKey.trim());
  const closing = new AbortController();
  const until = ({ signal }: WaitOptions) =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);

  async function call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: string, options: WaitOptions = {}) {
    const { signal: ending, release } = limit(Math.min(retryForMs, options.timeoutMs ?? retryForMs), until(options));
    try {
      return await exchange({ method, path, signal: ending, tryMs: TRY_MS, ...(body === undefined ? {} : { body }) });
    } finally {
      release();
    }
  }

  async function submit(request: ActionRequest, options: WaitOptions = {}) {
    const idempotencyKey = request.idempotency_key ?? randomUUID();
    const body = jsonOf({ ...request, idempotency_key: idempotencyKey });
    const digest = submissionDigest(JSON.parse(body) as Submission);
    const view = readView(await call('POST', '/v1/requests', body, options), { digest });
    return { id: view.id, idempotencyKey, digest, view };
  }

  async function wait(id: string, options: WaitOptions = {}): Promise<ResolvedView> {
    const { timeoutMs = Number.POSITIVE_INFINITY } = options;
    const endsAt = performance.now() + timeoutMs;
    const { signal, release } = limit(timeoutMs + LAST_ANSWER_MS, until(options));
    try {
      do {
        const began = performance.now();
        const wishMs = POLL_MS.least + Math.random() * (POLL_MS.most - POLL_MS.least);
        const pollMs = Math.max(0, Math.ceil(Math.min(wishMs, endsAt - began)));
        const path = `${pathOf(id)}/wait?timeout=${pollMs}ms`;
        const view = readView(await exchange({ method: 'GET', path, signal, tryMs: pollMs + POLL_GRACE_MS }), { id });
        if (isResolvedView(view)) return view;
        const isTooSoon = performance.now() - began < Math.min(TOO_SOON_MS, pollMs);
        if (isTooSoon) await nap(250 + Math.random() * 500, signal);
      } while (!signal.aborted && performance.now() < endsAt);
      throw new StillPending(id, { cause: options.signal?.reason });
    } catch (error) {
      if (error instanceof Unreachable) throw new StillPending(id, { cause: error.cause });
      throw error;
    } finally {
      release();
    }
  }

  return {
    submit,
    wait,
    async request(request, options = {}) {
      const began = performance.now();
      const submitted = await submit(request, options);
      if (isResolvedView(submitted.view)) return submitted.view;
      const leftMs =
        options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs - (performance.now() - began) };
      const resolved = await wait(submitted.id, { ...options, ...leftMs });
      if (resolved.digest !== submitted.digest) throw new Unintelligible('its digest changed while it was waited for');
      return resolved;
    },
    read: async id => readView(await call('GET', pathOf(id)), { id }),
    decisions: async id => readCorroborated(await call('GET', `${pathOf(id)}/decisions`)),
    async list(query = {}) {
      const wanted = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
      const page = (await call('GET', `/v1/requests?${new URLSearchParams(wanted)}`)) as {
        readonly items?: unknown;
        readonly next_cursor?: unknown;
        readonly left_out?: unknown;
      };
      if (!Array.isArray(page.items)) throw new Unintelligible('it is not a list of requests');
      const items = page.items.map(item => readView(item, {}));
      return {
        items,
        ...(typeof page.next_cursor === 'string' ? { nextCursor: page.next_cursor } : {}),
        ...(typeof page.left_out === 'number' ? { leftOut: page.left_out } : {}),
      };
    },
    async standing() {
      const page = (await call('GET', '/v1/standing')) as { readonly items?: unknown };
      if (!Array.isArray(page.items)) throw new Unintelligible('it is not a list of standing approvals');
      return page.items as StandingView[];
    },
    revokeStanding: async id => (await call('POST', `/v1/standing/${encodeURIComponent(id)}/revoke`)) as StandingView,
    link: async () => readLinkCode(await call('POST', '/v1/links')),
    linked: async () => readLinkView(await call('GET', '/v1/links')),
    unlink: async () => readLinkView(await call('DELETE', '/v1/links')),
    async cancel(id) {
      try {
        return readView(await call('POST', `${pathOf(id)}/cancel`), { id });
      } catch (error) {
        if (!(error instanceof Rejected) || error.code !== 'already_resolved') throw error;
        // Ours may have been the call that cancelled it, with its answer lost.
        const view = readView(await call('GET', pathOf(id)), { id });
        if (view.status === 'cancelled') return view;
        throw error;
      }
    },
    async redeem(grant, action, options = {}) {
      if (grant === undefined) throw noGrant();
      const digest = digestOfAction(action);
      const body = JSON.stringify({ grant, digest, idempotency_key: randomUUID() });
      try {
        return readRedeemed(await call('POST', '/v1/redeem', body, options), digest);
      } catch (error) {
        throw asGrantRefused(error);
      }
    },
    async vote(id, answer) {
      const body = JSON.stringify({ idempotency_key: randomUUID(), ...answer });
      return readView(await call('POST', `${pathOf(id)}/votes`, body), { id });
    },
    async review(id, note, surface = 'api') {
      return readView(await call('POST', `${pathOf(id)}/review`, JSON.stringify({ note, surface })), { id });
    },
    async revoke(id, reason) {
      const body = JSON.stringify(reason === undefined ? {} : { reason });
      return readView(await call('POST', `${pathOf(id)}/revoke`, body), { id });
    },
    async close() {
      closing.abort();
    },
  };
}

function pathOf(id: string): string {
  return `/v1/requests/${encodeURIComponent(id)}`;
}
