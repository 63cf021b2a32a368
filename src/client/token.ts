// A job of a platform that vouches for it needs no stored key: it exchanges the token that the platform gives it.
import { randomUUID } from 'node:crypto';
import { Unintelligible } from './errors.ts';
import { exchangeWith } from './exchange.ts';
import { limit } from './pace.ts';

export type ExchangeOptions = {
  /** Where Countersign listens. */
  readonly url: string;
  /** The ID token (OpenID Connect) that the job's platform issued, with the audience that the directory names. */
  readonly idToken: string;
  /** For how long to try while nobody answers; half a minute. */
  readonly retryForMs?: number;
};

/** What a job may ask with for a while. */
export type SessionKey = {
  /** In the place of an API key. */
  readonly apiKey: string;
  /** Who the job is here. */
  readonly service: string;
  /** When the key ends, in milliseconds. */
  readonly expiresAt: number;
};

const RETRY_FOR_MS = 30_000;
const TRY_MS = 10_000;

/**
 * Exchanges a job's ID token for a key that ends soon.
 *
 * @example
 * const { apiKey } = await exchangeToken({ url, idToken: process.env.ID_TOKEN ?? '' });
 * const countersign = connect({ url, apiKey });
 *
 * @throws {Rejected} with a code `workload_…` that says why the token is no service's here; `Unreachable` when nobody answers.
 */
export async function exchangeToken({ url, idToken, retryForMs = RETRY_FOR_MS }: ExchangeOptions): Promise<SessionKey> {
  const asked = Date.now();
  const { signal, release } = limit(retryForMs, new AbortController().signal);
  try {
    const call = { method: 'POST', path: '/v1/token', key: randomUUID(), signal, tryMs: TRY_MS } as const;
    const answer = (await exchangeWith(url, idToken)(call)) as { readonly [member: string]: unknown } | null;
    const { access_token: apiKey, service, expires_in: seconds } = answer ?? {};
    if (typeof apiKey !== 'string' || typeof service !== 'string' || typeof seconds !== 'number') {
      throw new Unintelligible('it is no key for a job');
    }
    return { apiKey, service, expiresAt: asked + seconds * 1_000 };
  } finally {
    release();
  }
}
