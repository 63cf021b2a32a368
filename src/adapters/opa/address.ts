// Where OPA listens and which one path it is asked at, checked once at the start.
import type { Pool } from 'undici';
import { Failure } from '../../domain/failure.ts';

export type Address = {
  readonly origin: string;
  readonly socket: Pick<Pool.Options, 'socketPath'>;
};

/** `http://…`, `https://…` or `unix:///path/of/the.sock`. */
export function readAddress(url: string): Address {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'unix:' && parsed.host === '' && parsed.pathname.length > 1) {
    return { origin: 'http://opa', socket: { socketPath: decodeURIComponent(parsed.pathname) } };
  }
  const isPlain = parsed !== null && parsed.pathname === '/' && parsed.search === '' && parsed.username === '';
  if (isPlain && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) {
    return { origin: parsed.origin, socket: {} };
  }
  throw new Failure(
    'opa_url_invalid',
    'OPA_URL is not an address of OPA. Write http://127.0.0.1:8181 or unix:///run/opa/opa.sock, with nothing behind it.',
    { isTransient: false },
  );
}

const DECISION_PATH = /^[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*$/;

/**
 * The constant request path. Strict, because a lenient builtin error makes a denial vanish; with provenance, because
 * evidence names the policy's revision.
 */
export function questionPath(decisionPath: string): string {
  return `/v1/data/${decisionSegments(decisionPath).join('/')}?strict-builtin-errors=true&provenance=true`;
}

/** The words of the path: letters, digits and `_` alone, so that they may stand in a path or between quotes. */
export function decisionSegments(decisionPath: string): readonly string[] {
  if (DECISION_PATH.test(decisionPath)) return decisionPath.split('/');
  throw new Failure(
    'opa_path_invalid',
    'OPA_DECISION_PATH is not the path of a rule. Write it as approvals/main/decision: words joined by "/".',
    { isTransient: false },
  );
}
