// Takes Slack's signed HTTP deliveries on a port of their own, apart from our API.
import type { Server } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import { Failure } from '../../domain/failure.ts';
import type { Observe } from '../../flow/ports.ts';
import { quietLogger } from './quiet-logger.ts';
import { readFirst } from './signed-body.ts';

export type HttpEntrance = {
  readonly receiver: HTTPReceiver;
  readonly isListening: boolean;
  start(): Promise<{ readonly port: number }>;
  stop(): Promise<void>;
};

export const EVENTS_PATH = '/slack/events';

/** The context member with the time that the signature covers, in seconds. */
export const SIGNED_AT = 'signedAtS';

export function createHttpEntrance(
  { signingSecret, port, host }: { signingSecret: string; port: number; host?: string | undefined },
  observe: Observe | undefined,
): HttpEntrance {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [EVENTS_PATH],
    logger: quietLogger(observe),
    customPropertiesExtractor: request => ({ [SIGNED_AT]: Number(request.headers['x-slack-request-timestamp']) }),
    dispatchErrorHandler: ({ response }) => {
      response.writeHead(404);
      response.end();
    },
  });
  let server: Server | undefined;
  return {
    receiver,
    get isListening() {
      return server?.listening === true;
    },
    async start() {
      try {
        server = await receiver.start({ port, ...(host === undefined ? {} : { host }) });
      } catch (error) {
        const message = `Port ${port} cannot be listened on for Slack. Set SLACK_PORT to a free one.`;
        throw new Failure('slack_port_taken', message, { cause: error, isTransient: false });
      }
      readFirst(server);
      const address = server.address();
      return { port: typeof address === 'object' && address !== null ? address.port : port };
    },
    async stop() {
      if (server === undefined) return;
      const closed = receiver.stop();
      // Idle keep-alive connections would keep the server open for ever.
      server.closeIdleConnections();
      await closed;
      server = undefined;
    },
  };
}
