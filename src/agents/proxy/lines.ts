// Messages of MCP over standard input and output: one a line, handed on as the bytes that came.
import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;
/** More than any message; a line without end must not fill the memory. */
const MAX_BYTES = 64 * 1_048_576;

/** Each line without its end, until the stream ends. Throws where a line is longer than any message. */
export async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      bytes = 0;
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > MAX_BYTES) throw new Error('a message is too long');
  }
  if (bytes > 0) yield Buffer.concat(rest);
}
