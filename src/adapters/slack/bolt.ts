// Listens to Slack through Bolt, over Socket Mode or signed HTTP, and hands every gesture over. It acknowledges first.
import type { App } from '@slack/bolt';
import { slackAccount } from '../../domain/account.ts';
import { Failure } from '../../domain/failure.ts';
import type { Check } from '../../flow/ports.ts';
import type { SlackAccounts } from './accounts.ts';
import { createApp } from './app.ts';
import { whyOf } from './buttons/why.ts';
import { CLICKS, SUBMISSIONS } from './buttons.ts';
import { HOW_IT_WORKS } from './cards/help.ts';
import { NOT_RECORDED, plainNote } from './cards/refusal-note.ts';
import { REASON_INPUT, tellingView } from './cards/views.ts';
import type { Acknowledge, Submission } from './clicks/submit.ts';
import type { Click, ClickWorld } from './clicks/world.ts';
import type { AskedWorld } from './commands/command.ts';
import { createCommands, readCommand } from './commands.ts';
import { isUnhealable, type Slack } from './connect.ts';
import { type Entrance, openDoor } from './entrance.ts';
import { type Delivery, readClick, readForm } from './gesture.ts';
import { SIGNED_AT } from './http.ts';
import { createInFlight } from './in-flight.ts';
import { type MentionsWorld, mentionsOf } from './mentions.ts';
import { onlyOurs } from './our-app.ts';
import { readShortcut } from './shortcut.ts';
import { createTell } from './telling.ts';
import { createTypedAnswers, type TypedWorld } from './typed-answers.ts';

export type InboundWorld = Pick<AskedWorld, 'homeOf' | 'read' | 'cancel'> &
  Pick<
    ClickWorld,
    | 'castVote'
    | 'revokeStanding'
    | 'takeBack'
    | 'reviews'
    | 'links'
    | 'asides'
    | 'homes'
    | 'find'
    | 'note'
    | 'messenger'
    | 'observe'
  > &
  Pick<MentionsWorld, 'directory'> &
  Pick<TypedWorld, 'once' | 'pace'> & {
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
  const { slack, observe, homes } = world;
  const now = world.now ?? Date.now;
  const door = openDoor(entrance, slack);
  const app = createApp(slack, door.receiver);
  const inFlight = createInFlight();
  const tell = createTell(slack, observe);
  const mentions = mentionsOf(world);
  const clickWorld: ClickWorld = { ...world, mentions, tell, now };
  const typedAnswers = createTypedAnswers(world);
  const commands = createCommands({ ...world, mentions, tell, now });

  const delivery = (body: unknown, context: object): Delivery => ({
    body,
    transport: entrance.mode,
    nowMs: now(),
    signedAtS: SIGNED_AT in context && typeof context[SIGNED_AT] === 'number' ? context[SIGNED_AT] : undefined,
  });

  // What comes while we end is not acknowledged, so that Slack tells whoever clicked, and nothing of it is done by halves.
  let isStopping = false;
  app.use(async ({ next }) => {
    if (!isStopping) await next();
  });

  const learnApp = onlyOurs(app, { ...world, now, unrecorded }, entrance);
  async function unrecorded({ body, context }: { readonly body: unknown; readonly context: object }): Promise<void> {
    const gesture = readClick(delivery(body, context));
    if (gesture !== undefined) await inFlight.track(tell(gesture, plainNote(NOT_RECORDED)));
  }

  const onClick = (name: string, click: Click) =>
    app.action(name, async ({ ack, body, context }) => {
      const gesture = readClick(delivery(body, context));
      await acknowledged(ack());
      if (gesture === undefined) observe?.(UNREADABLE);
      else await inFlight.track(click(clickWorld, gesture).finally(() => homes.acted(gesture.account)));
    });
  for (const [name, click] of CLICKS) onClick(name, click);

  const onForm = (name: string, submission: Submission) =>
    app.view(name, async ({ ack, body, context }) => {
      const gesture = readForm(delivery(body, context), REASON_INPUT);
      const acknowledge: Acknowledge = answer => acknowledged(answer === undefined ? ack() : ack(answer));
      if (gesture === undefined) {
        observe?.(UNREADABLE);
        return acknowledge();
      }
      await inFlight.track(submission(clickWorld, gesture, acknowledge).finally(() => homes.acted(gesture.account)));
    });
  for (const [name, submission] of SUBMISSIONS) onForm(name, submission);

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab === 'home') homes.opened(slackAccount(body.team_id, event.user));
  });
  app.event('message', async ({ event, body }) => inFlight.track(typedAnswers(event, body.team_id)));
  app.event('user_change', async ({ event }) => world.accounts.forgetUser(event.user.id));
  app.event('subteam_members_changed', async ({ event }) => world.accounts.forgetUsergroup(event.subteam_id));
  app.command('/approvals', async ({ ack, body, context }) => {
    const command = readCommand(delivery(body, context));
    const note = commands.atOnce(command);
    await acknowledged(note === undefined ? ack() : ack({ response_type: 'ephemeral', ...note }));
    if (command !== undefined && note === undefined) await inFlight.track(commands.run(command));
  });
  app.shortcut('why', async ({ ack, body, context }) => {
    const gesture = readShortcut(delivery(body, context));
    await acknowledged(ack());
    if (gesture === undefined) observe?.(UNREADABLE);
    else await inFlight.track(whyOf(clickWorld, gesture));
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
        await learnApp();
      } catch (error) {
        if (isUnhealable(error)) throw unusable(error);
      }
      return door.start();
    },
    async stop() {
      isStopping = true;
      await door.stop();
      await inFlight.idle(STOP_PATIENCE_MS);
    },
    async check() {
      const known = await slack.check();
      return known.ok && !door.isOpen() ? { name: 'slack', ok: false, detail: door.remedy } : known;
    },
  };
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
