// The way in for Slack's deliveries: Socket Mode, or an HTTP server that only signed requests pass.
import type { Receiver } from '@slack/bolt';
import { blank, type Slack } from './connect.ts';
import { createHttpEntrance } from './http.ts';
import { createSocket } from './socket.ts';

/** `appId`: whose deliveries these are, where neither the app token nor Slack is to say it. */
export type Entrance = { readonly appId?: string } & (
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number; readonly host?: string }
);

export type Door = {
  readonly receiver: Receiver;
  start(): Promise<{ readonly port?: number }>;
  stop(): Promise<void>;
  isOpen(): boolean;
  readonly remedy: string;
};

export function openDoor(entrance: Entrance, slack: Slack): Door {
  switch (entrance.mode) {
    case 'socket': {
      if (entrance.appToken.trim() === '')
        throw blank('SLACK_APP_TOKEN', 'the app-level token (xapp-…) with connections:write');
      const socket = createSocket(entrance.appToken, slack.settings);
      return {
        receiver: socket.receiver,
        start: async () => {
          await socket.start();
          return {};
        },
        stop: socket.stop,
        isOpen: () => socket.isConnected,
        remedy: 'Slack is not connected just now; it reconnects by itself. Check SLACK_APP_TOKEN if it lasts.',
      };
    }
    case 'http': {
      const { signingSecret, port, host } = entrance;
      if (signingSecret.trim() === '')
        throw blank('SLACK_SIGNING_SECRET', "the app's signing secret, without which anybody could click");
      const http = createHttpEntrance({ signingSecret, port, host }, slack.settings.observe);
      return {
        receiver: http.receiver,
        start: http.start,
        stop: http.stop,
        isOpen: () => http.isListening,
        remedy: 'Nobody listens for Slack. Check SLACK_PORT.',
      };
    }
    default:
      return entrance satisfies never;
  }
}
