// Listens to Slack through Bolt, over Socket Mode or signed HTTP, and hands every gesture over. It acknowledges first.
import { App, type Receiver } from '@slack/bolt';
import { Failure } from '../../domain/failure.ts';
import type { Check } from '../../flow/ports.ts';
import type { SlackAccounts } from './accounts.ts';
import { HOW_IT_WORKS, homeView } from './cards/home.ts';
import { type Form, REASON_INPUT, tellingView } from './cards/views.ts';
import { type Acknowledge, type ClickWorld, createClicks } from './clicks.ts';
import { blank, clientOptions, isUnhealable, type Slack } from './connect.ts';
import { fallbackText } from './escape.ts';
import { type Delivery, type Gesture, readClick, readForm } from './gesture.ts';
import { createHttpEntrance, SIGNED_AT } from './http.ts';
import { createInFlight } from './in-flight.ts';
import { type MessengerWorld, mentionsOf } from './messenger.ts';
import { quietLogger } from './quiet-logger.ts';
import { createSocket } from './socket.ts';
import { createTell } from './telling.ts';

export type Entrance =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number; readonly host?: string };

export type InboundWorld = Pick<ClickWorld, 'castVote' | 'revokeStanding' | 'find' | 'note' | 'messenger' | 'observe'> &
  Pick<MessengerWorld, 'directory'> & {
    readonly slack: Slack;
    readonly accounts: Pick<SlackAccounts, 'forgetUser' | 'forgetUsergroup'>;
    readonly now?: () => number;
  };

type ErrorArgs = Parameters<Parameters<App['error']>[0]>[0];

export type Inbound = {
  /** Rejects when it cannot listen and no retry can help; where Slack is only away, it goes on trying by itself. */
  start(): Promise<{ readonly port?: number }>;
  /** Takes no further clicks, and ends the work on those it has taken. */
  stop(): Promise<void>;
  check(): Promise<Check>;
};

const STOP_PATIENCE_MS = 10_000;

export function openInbound(world: InboundWorld, entrance: Entrance): Inbound {
  const { slack, observe } = world;
  const now = world.now ?? Date.now;
  const door = openDoor(entrance, slack);
  const app = createApp(slack, door.receiver);
  const inFlight = createInFlight();
  const clicks = createClicks({
    ...world,
    mentions: mentionsOf(world),
    tell: createTell(slack, observe),
    now,
  });

  const delivery = (body: unknown, context: object): Delivery => ({
    body,
    transport: entrance.mode,
    nowMs: now(),
    signedAtS: SIGNED_AT in context && typeof context[SIGNED_AT] === 'number' ? context[SIGNED_AT] : undefined,
  });

  const onClick = (name: string, work: (gesture: Gesture) => Promise<void>) =>
    app.action(name, async ({ ack, body, context }) => {
      const gesture = readClick(delivery(body, context));
      await acknowledged(ack());
      if (gesture === undefined) observe?.(UNREADABLE);
      else await inFlight.track(work(gesture));
    });
  onClick('approve', clicks.approve);
  onClick('deny', clicks.deny);
  onClick('review', clicks.review);
  onClick('details', clicks.details);
  onClick('standing', clicks.standing);
  onClick('revoke_standing', clicks.revokeStanding);
  onClick('page_next', clicks.turnPage);
  onClick('page_back', clicks.turnPage);

  const onForm = (name: Form) =>
    app.view(name, async ({ ack, body, context }) => {
      const gesture = readForm(delivery(body, context), REASON_INPUT);
      const acknowledge: Acknowledge = answer => acknowledged(answer === undefined ? ack() : ack(answer));
      if (gesture === undefined) {
        observe?.(UNREADABLE);
        return acknowledge();
      }
      await inFlight.track(clicks.submit(name, gesture, acknowledge));
    });
  onForm('approve');
  onForm('deny');
  onForm('review');
  onForm('standing');

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    await inFlight.track(slack.interactive.views.publish({ user_id: event.user, view: homeView() }));
  });
  app.event('user_change', async ({ event }) => world.accounts.forgetUser(event.user.id));
  app.event('subteam_members_changed', async ({ event }) => world.accounts.forgetUsergroup(event.subteam_id));
  app.command('/approvals', async ({ ack }) => {
    await ack({ response_type: 'ephemeral', text: fallbackText(HOW_IT_WORKS.join(' ')) });
  });
  app.shortcut('open_queue', async ({ ack, shortcut }) => {
    await acknowledged(ack());
    const { trigger_id } = shortcut;
    await slack.interactive.views.open({ trigger_id, view: tellingView('Approvals', ...HOW_IT_WORKS) });
  });
  app.error(async ({ error }: ErrorArgs) => {
    observe?.({
      kind: 'trouble',
      where: 'slack',
      code: error.code,
      message: 'A delivery from Slack was not dealt with.',
    });
  });

  return {
    async start() {
      await app.init();
      try {
        await slack.install();
      } catch (error) {
        if (isUnhealable(error)) throw unusable(error);
      }
      return door.start();
    },
    async stop() {
      await door.stop();
      await inFlight.idle(STOP_PATIENCE_MS);
    },
    async check() {
      const known = await slack.check();
      return known.ok && !door.isOpen() ? { name: 'slack', ok: false, detail: door.remedy } : known;
    },
  };
}

type Door = {
  readonly receiver: Receiver;
  start(): Promise<{ readonly port?: number }>;
  stop(): Promise<void>;
  isOpen(): boolean;
  readonly remedy: string;
};

function openDoor(entrance: Entrance, slack: Slack): Door {
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

function createApp(slack: Slack, receiver: Receiver): App {
  const { botToken, observe } = slack.settings;
  return new App({
    receiver,
    logger: quietLogger(observe),
    deferInitialization: true,
    convoStore: false,
    extendedErrorHandler: true,
    // What we ourselves write in a channel is no event that we listen to.
    ignoreSelf: false,
    clientOptions: clientOptions(slack.settings),
    // Ours, because Bolt's would drop every click while Slack does not answer auth.test.
    authorize: async () => ({
      botToken,
      ...(slack.known === undefined ? {} : { botId: slack.known.botId, botUserId: slack.known.botUserId }),
    }),
  });
}

/** A lost acknowledgement shows the clicker a warning; the work is done all the same, and a second click is answered. */
async function acknowledged(acknowledging: Promise<unknown>): Promise<void> {
  await acknowledging.catch(() => undefined);
}

const UNREADABLE = {
  kind: 'trouble',
  where: 'slack',
  code: 'unreadable_payload',
  message: 'A delivery from Slack had no shape that we know, and led to nothing. Please report this.',
} as const;

function unusable(cause: unknown): Failure {
  const message = 'Slack refuses the bot token. Set SLACK_BOT_TOKEN to the bot token of the installed app.';
  return new Failure('slack_token_refused', message, { cause, isTransient: false });
}
