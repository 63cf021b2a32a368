// A proxy before the API that misbehaves on request: answers something else, hangs up before or after the call.
import { once } from 'node:events';
import { createServer } from 'node:http';

export type Misbehaviour =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'hang_up_before' }
  | { readonly kind: 'hang_up_after' };

export type Front = {
  readonly url: string;
  /** Bodies of the calls that came, in order. */
  readonly bodies: string[];
  /** The next calls get these, in order. */
  misbehave(...what: Misbehaviour[]): void;
  stop(): Promise<void>;
};

export async function startFront(target: string): Promise<Front> {
  const queue: Misbehaviour[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body.toString());
    const what = queue.shift();
    if (what?.kind === 'hang_up_before') return void request.socket.destroy();
    if (what?.kind === 'answer') {
      return void response.writeHead(what.status, what.headers ?? {}).end(what.body ?? '');
    }
    const { authorization = '', 'content-type': type } = request.headers;
    const answer = await fetch(target + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    if (what?.kind === 'hang_up_after') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    bodies,
    misbehave: (...what) => void queue.push(...what),
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
