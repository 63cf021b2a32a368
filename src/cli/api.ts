// The API as the requesting commands see it: at COUNTERSIGN_URL, with COUNTERSIGN_API_KEY.
import { connect, type HttpCountersign } from '../client/index.ts';
import { loadClientConfig } from '../config.ts';
import { durationMs } from '../domain/duration.ts';
import { UsageError } from './failing.ts';

/** A person looks at a prompt: they would rather read an error than wait a minute for it. */
const RETRY_FOR_MS = 15_000;

export function openApi(env: NodeJS.ProcessEnv = process.env): HttpCountersign {
  return connect({ url: loadClientConfig(env).url, apiKey: keyIn(env), retryForMs: RETRY_FOR_MS });
}

/** The key that whoever runs this has put into the environment. */
export function keyIn(env: NodeJS.ProcessEnv): string {
  const { apiKey } = loadClientConfig(env);
  if (apiKey !== undefined) return apiKey;
  throw new UsageError(
    'COUNTERSIGN_API_KEY is not set. Make a key with "countersign keys create --service <name>", or --person <id> to vote, and put it there.',
  );
}

/** `--timeout` as milliseconds. */
export function timeoutFrom(text: string | undefined): { readonly timeoutMs?: number } {
  if (text === undefined) return {};
  const timeoutMs = durationMs(text);
  if (timeoutMs === undefined) throw new UsageError(`--timeout ${text} is not a duration such as 90s or 10m.`);
  return { timeoutMs };
}
