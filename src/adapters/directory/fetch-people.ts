// One question to a directory endpoint, bounded in time and size. Nothing it answers is quoted, nor the token.
import { Failure } from '../../domain/failure.ts';
import { present } from '../../domain/present.ts';

export type Fetched =
  | { readonly kind: 'same' }
  | { readonly kind: 'text'; readonly text: string; readonly etag: string };

export type Question = {
  readonly url: string;
  readonly token?: string;
  /** Of the answer that we have; '' when there is none. */
  readonly etag: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

const MOST_BYTES = 16 * 1_024 * 1_024;

/** Throws a transient `Failure` when there is no usable answer. A redirect is none: it would carry the token elsewhere. */
export async function fetchPeople({ url, token, etag, timeoutMs, signal }: Question): Promise<Fetched> {
  const headers = {
    accept: 'application/json, application/yaml',
    ...(etag === '' ? {} : { 'if-none-match': etag }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await fetch(url, { headers, redirect: 'error', signal: patience });
    if (answer.status === 304 && etag !== '') {
      await answer.body?.cancel();
      return { kind: 'same' };
    }
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw unusable(`answers ${answer.status}`);
    }
    return { kind: 'text', text: await textOf(answer), etag: answer.headers.get('etag') ?? '' };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw unusable(isLate ? `does not answer within ${timeoutMs} ms` : 'does not answer', error);
  }
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw unusable(`answers with more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function unusable(what: string, cause?: unknown): Failure {
  const message = `The directory endpoint ${what}. Check COUNTERSIGN_PEOPLE, PEOPLE_TOKEN and the endpoint itself.`;
  return new Failure('people_unreachable', message, { isTransient: true, ...present({ cause }) });
}
