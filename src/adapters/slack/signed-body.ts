// The body of a delivery, read before Bolt has it: one that holds nothing makes it throw where nobody catches, which would end the process.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';

/** As much as Slack sends, and more than anybody is let make us hold for the sake of a signature. */
const MOST_BYTES = 4 * 1_048_576;
const FORM = 'application/x-www-form-urlencoded';

/** Puts this reading before the listener that a receiver has given its server. */
export function readFirst(server: Server): void {
  const [listener] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    read(request).then(
      body => {
        if (body === undefined) return refuse(request, response, 413);
        if (holdsNothing(body, request.headers['content-type'])) return refuse(request, response, 400);
        // Where Bolt finds it, it reads nothing itself.
        listener?.call(server, Object.assign(request, { rawBody: body }), response);
      },
      () => response.destroy(),
    );
  });
}

/** Undefined where there is more than anybody sends. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function holdsNothing(body: Buffer, type: string | undefined): boolean {
  const text = body.toString();
  const { payload } = type === FORM ? parse(text) : { payload: text };
  return typeof payload === 'string' && /^[ \t\r\n]*null[ \t\r\n]*$/.test(payload);
}

/** Whatever else is on its way is not read. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' });
  response.end(() => request.destroy());
}
