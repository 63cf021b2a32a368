// The Bolt app behind an entrance: quiet, and still listening while Slack is away.
import { App, type Receiver } from '@slack/bolt';
import { clientOptions, type Slack } from './connect.ts';
import { quietLogger } from './quiet-logger.ts';

const TEAM = /^[TE][A-Z0-9]+$/;

export function createApp(slack: Slack, receiver: Receiver): App {
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
    authorize: async ({ teamId }) => ({
      botToken,
      // Bolt keeps things under the team that a delivery names, as members of a plain object: "__proto__" breaks it.
      ...(teamId === undefined || TEAM.test(teamId) ? {} : { teamId: 'none' }),
      ...(slack.known === undefined ? {} : { botId: slack.known.botId, botUserId: slack.known.botUserId }),
    }),
  });
}
