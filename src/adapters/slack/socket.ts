// Keeps one Socket Mode connection alive for as long as we want one. Ours, because the SDK's own loop can end the process.
import { SocketModeReceiver } from '@slack/bolt';
import type { Observe } from '../../flow/ports.ts';
import { clientOptions, isUnhealable, type SlackSettings } from './connect.ts';
import { slackFailure } from './failures.ts';
import { quietLogger } from './quiet-logger.ts';

export type Socket = {
  readonly receiver: SocketModeReceiver;
  readonly isConnected: boolean;
  /** Resolves after the first attempt, whatever came of it; rejects when no further attempt can help. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

const CONNECT_PATIENCE_MS = 15_000;
const LONGEST_PAUSE_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const CALL_TIMEOUT_MS = 5_000;

export function createSocket(appToken: string, settings: SlackSettings): Socket {
  const { observe } = settings;
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quietLogger(observe),
    autoReconnectEnabled: false,
    // An object of its own: the SDK writes into it.
    installerOptions: { clientOptions: { ...clientOptions(settings), timeout: CALL_TIMEOUT_MS } },
  });
  const { client } = receiver;
  let isConnected = false;
  let isStopping = false;
  let failures = 0;
  let pause: { timer: NodeJS.Timeout; end: () => void } | undefined;
  let running = Promise.resolve();

  const closed = () => new Promise<void>(resolve => client.once('disconnected', () => resolve()));

  /** One connection from its beginning to its end. */
  async function live(onConnected: () => void): Promise<void> {
    const ended = closed();
    await patiently(client.start(), () => client.disconnect());
    isConnected = true;
    failures = 0;
    onConnected();
    await ended;
  }

  async function stay(first: { connected: () => void; failed: (error: unknown) => void }): Promise<void> {
    while (!isStopping) {
      try {
        await live(first.connected);
      } catch (error) {
        failures += 1;
        first.failed(error);
        observe?.(trouble(error));
      } finally {
        isConnected = false;
      }
      if (!isStopping) await wait(failures === 0 ? 0 : pauseMs(failures));
    }
  }

  function wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      pause = { timer, end: resolve };
    });
  }

  return {
    receiver,
    get isConnected() {
      return isConnected;
    },
    start() {
      return new Promise((resolve, reject) => {
        const failed = (error: unknown) => {
          if (!isUnhealable(error)) return resolve();
          isStopping = true;
          reject(slackFailure(error, 'apps.connections.open'));
        };
        running = stay({ connected: () => resolve(), failed });
      });
    },
    async stop() {
      isStopping = true;
      if (pause !== undefined) {
        clearTimeout(pause.timer);
        pause.end();
      }
      if (isConnected) await client.disconnect();
      await running;
    },
  };
}

/** Half of it random, so that many bots do not knock in step. */
function pauseMs(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return longest / 2 + (Math.random() * longest) / 2;
}

async function patiently(connecting: Promise<unknown>, giveUp: () => void): Promise<void> {
  const timer = setTimeout(giveUp, CONNECT_PATIENCE_MS);
  try {
    await connecting;
  } finally {
    clearTimeout(timer);
  }
}

function trouble(error: unknown): Parameters<Observe>[0] {
  const failure = slackFailure(error, 'apps.connections.open');
  const message = failure instanceof Error ? failure.message : 'The connection to Slack ended before it began.';
  return { kind: 'trouble', where: 'slack', code: 'socket_down', message };
}
