// Starts the real Bolt against a workspace, in either transport, and stops it again.
import { createServer } from 'node:net';
import type { Logger, Receiver } from '@slack/bolt';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Workspace } from '../../../../src/local/slack/workspace.ts';

/** Bolt reports what we provoke on purpose; a test reads the outcome, not the log. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

const clientOptions = (workspace: Workspace) => ({
  slackApiUrl: workspace.apiUrl,
  allowAbsoluteUrls: false,
  timeout: 2_500,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
});

export type RunningBolt = { readonly app: App; readonly stop: () => Promise<void> };

type Listeners = (app: App) => void;

export function startSocketBolt(workspace: Workspace, listeners: Listeners): Promise<RunningBolt> {
  const receiver = new SocketModeReceiver({
    appToken: workspace.appToken,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl, timeout: 5_000 } },
  });
  return startBolt(workspace, receiver, listeners);
}

export function startHttpBolt(workspace: Workspace, port: number, listeners: Listeners): Promise<RunningBolt> {
  const receiver = new HTTPReceiver({ signingSecret: workspace.signingSecret, logger: silent });
  return startBolt(workspace, receiver, listeners, port);
}

async function startBolt(
  workspace: Workspace,
  receiver: Receiver,
  listeners: Listeners,
  port?: number,
): Promise<RunningBolt> {
  const app = new App({
    token: workspace.botToken,
    receiver,
    logger: silent,
    deferInitialization: true,
    convoStore: false,
    extendedErrorHandler: true,
    clientOptions: clientOptions(workspace),
  });
  listeners(app);
  await app.init();
  await (port === undefined ? app.start() : app.start(port));
  return { app, stop: async () => void (await app.stop()) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('The probe server has no port.');
  return address.port;
}
