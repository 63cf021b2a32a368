// Keeps Socket Mode connected for as long as we want it. Our own loop, because the SDK's can end the process.
import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { isInTime, within } from '../../contract/time.ts';
import type { Observe } from '../../flow/ports.ts';
import { clientOptions, isUnhealable, type SlackSettings } from './connect.ts';
import { slackFailure } from './failures.ts';
import { quietLogger } from './quiet-logger.ts';

export type Socket = {
  readonly receiver: Receiver;
  readonly isConnected: boolean;
  /** Resolves after the first attempt, whatever came of it; rejects when no further attempt can help. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Slack renews each connection now and then; while one is renewed, the other listens. */
const LINES = 2;
const CONNECT_PATIENCE_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const CALL_TIMEOUT_MS = 5_000;
const SHORT_LIFE_MS = 5_000;
const GOODBYE_MS = 2_000;

export function createSocket(appToken: string, settings: SlackSettings): Socket {
  let app: App | undefined;
  // Only the first line tells of its trouble: the others are a comfort.
  const lines = Array.from({ length: LINES }, (_, n) =>
    createLine(() => connection(appToken, settings, app), n === 0 ? settings.observe : undefined),
  );
  return {
    receiver: {
      init(given) {
        app = given;
      },
      start: async () => undefined,
      stop: async () => undefined,
    },
    get isConnected() {
      return lines.some(line => line.isConnected());
    },
    async start() {
      const [first, ...others] = lines;
      await first?.start();
      for (const line of others) line.start().catch(() => undefined);
    },
    async stop() {
      await Promise.all(lines.map(line => line.stop()));
    },
  };
}

/** One connection, from its beginning: a fresh client each time, so that no late event of an old one is taken for its own. */
function connection(appToken: string, settings: SlackSettings, app: App | undefined) {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quietLogger(settings.observe),
    autoReconnectEnabled: false,
    // An object of its own: the SDK writes into it.
    installerOptions: { clientOptions: { ...clientOptions(settings), timeout: CALL_TIMEOUT_MS } },
  });
  if (app !== undefined) receiver.init(app);
  const { client } = receiver;
  const ended = new Promise<void>(resolve => {
    client.once('disconnected', () => resolve());
    // Slack renews the connection: the next one begins while this one says goodbye.
    client.on('ws_message', (frame: unknown) => {
      if (isGoodbye(frame)) resolve();
    });
  });
  return { client, ended };
}

type Line = {
  start(): Promise<void>;
  stop(): Promise<void>;
  isConnected(): boolean;
};

function createLine(connect: () => ReturnType<typeof connection>, observe: Observe | undefined): Line {
  const stopping = Promise.withResolvers<void>();
  let isStopping = false;
  let isConnected = false;
  let running = Promise.resolve();

  /** One connection from its beginning to its end. */
  async function live(onConnected: () => void): Promise<void> {
    const { client, ended } = connect();
    const timer = setTimeout(() => void client.disconnect(), CONNECT_PATIENCE_MS);
    try {
      // A Slack that takes the call and says nothing must not hold up the end.
      await Promise.race([client.start(), stopping.promise]);
      if (!isStopping) {
        isConnected = true;
        onConnected();
        clearTimeout(timer);
        await Promise.race([ended, stopping.promise]);
      }
      if (isStopping) await goodbye(client);
    } finally {
      clearTimeout(timer);
      isConnected = false;
    }
  }

  async function stay(connected: () => void, failed: (error: unknown) => void): Promise<void> {
    let failures = 0;
    while (!isStopping) {
      const beganAt = Date.now();
      try {
        await live(connected);
        // Slack may send us away as soon as we come: that is no reason to come at once again.
        failures = Date.now() - beganAt > SHORT_LIFE_MS ? 0 : failures + 1;
      } catch (error) {
        failures += 1;
        failed(error);
        observe?.(trouble(error));
      }
      if (!isStopping && failures > 0) await pause(failures, stopping.promise);
    }
  }

  return {
    start() {
      return new Promise((resolve, reject) => {
        let hasConnected = false;
        const connected = () => {
          hasConnected = true;
          resolve();
        };
        running = stay(connected, error => {
          // A token that worked before may work again: only a start is worth stopping for it.
          if (hasConnected || !isUnhealable(error)) return resolve();
          isStopping = true;
          reject(slackFailure(error, 'apps.connections.open'));
        });
      });
    },
    async stop() {
      isStopping = true;
      stopping.resolve();
      await running;
    },
    isConnected: () => isConnected,
  };
}

/** Slack may never answer it: who told us to end does not wait for that. */
async function goodbye(client: ReturnType<typeof connection>['client']): Promise<void> {
  await isInTime(client.disconnect(), GOODBYE_MS);
}

/** Half of it random, so that many bots do not knock in step. */
async function pause(failures: number, stopping: Promise<void>): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  await within(stopping, longest / 2 + (Math.random() * longest) / 2);
}

/** Parsed, not searched: what people write travels in the same frames. */
function isGoodbye(frame: unknown): boolean {
  if (typeof frame !== 'string') return false;
  try {
    const parsed: unknown = JSON.parse(frame);
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'disconnect';
  } catch {
    return false;
  }
}

function trouble(error: unknown): Parameters<Observe>[0] {
  const failure = slackFailure(error, 'apps.connections.open');
  const message = failure instanceof Error ? failure.message : 'The connection to Slack ended before it began.';
  return { kind: 'trouble', where: 'slack', code: 'socket_down', message };
}
