// Reads a request's body, up to a limit.
import type { IncomingMessage } from 'node:http';

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Undefined when the body is larger than the limit. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
