// What went wrong in Redis, in our words: every error becomes a Failure with a code.
import { Failure } from '../../domain/failure.ts';

const remedies: { readonly [code: string]: readonly [code: string, message: string] } = {
  OOM: ['store_full', 'Redis has no memory left, so no new request is taken. Raise maxmemory or remove old data.'],
  READONLY: ['store_read_only', 'Redis is a read-only replica. Point REDIS_URL at the primary.'],
  MISCONF: ['store_read_only', 'Redis cannot write to its disk and refuses changes. Free or repair the disk.'],
  LOADING: ['store_loading', 'Redis is still loading its data. Try again in a moment.'],
  NOPERM: ['store_forbidden', 'The Redis user may not do this. Give it the rights that the documentation lists.'],
  NOAUTH: ['store_forbidden', 'Redis wants a password. Put user and password into REDIS_URL.'],
  WRONGPASS: ['store_forbidden', 'Redis does not accept user or password. Correct REDIS_URL.'],
};

/**
 * An error from Redis as a Failure. All of them are transient: whether the command was carried out is unknown, and the
 * same compare-and-set may be tried again in any case.
 */
export function storeFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const replyCode = replyCodeOf(error);
  const known = replyCode === undefined ? undefined : remedies[replyCode];
  if (known !== undefined) return new Failure(known[0], known[1], { cause: error, isTransient: true });
  if (replyCode !== undefined) {
    const message = `Redis refused a command (${replyCode}). Check that it is Redis 7 or newer, or Valkey.`;
    return new Failure('store_error', message, { cause: error, isTransient: true });
  }
  const message = 'Redis does not answer. Check REDIS_URL and that Redis runs.';
  return new Failure('store_unavailable', message, { cause: error, isTransient: true });
}

/** Redis's own word for it; of a transaction that was not carried out, the word for the command that was refused. */
function replyCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  const code = error.message.split(/[\s:]/, 1)[0];
  const [first]: readonly unknown[] = (error as { readonly previousErrors?: readonly unknown[] }).previousErrors ?? [];
  return code === 'EXECABORT' ? (replyCodeOf(first) ?? code) : code;
}

/** Awaits Redis and turns what it throws into a Failure. */
export async function orFailure<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw storeFailure(error);
  }
}

/** What the commands of a transaction or a pipeline answered; one that failed is a failure of them all. */
export async function allOrFailure(
  answers: Promise<readonly [error: Error | null, value: unknown][] | null>,
): Promise<unknown[]> {
  const all = await orFailure(answers);
  if (all === null) throw storeFailure(new Error('The transaction was not carried out.'));
  return all.map(([error, value]) => {
    if (error !== null) throw storeFailure(error);
    return value;
  });
}
