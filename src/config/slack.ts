// How to talk with Slack: the tokens of the app, and the way in for what people click.
import { z } from 'zod';
import { port, url } from './values.ts';

const BOT_TOKEN_HELP = 'Copy the Bot User OAuth Token from OAuth & Permissions on the page of your Slack app.';
const APP_TOKEN_HELP =
  'Make an app-level token with the scope connections:write under Basic Information on the page of your Slack app.';
const SIGNING_SECRET_HELP = 'Copy the Signing Secret from Basic Information on the page of your Slack app.';
const APP_ID_HELP = 'Copy the App ID from Basic Information on the page of your Slack app.';
const CHANNEL_HELP = 'Copy the channel id, for example C0123456789, from the foot of the channel details in Slack.';

const token = (prefix: string, where: string) =>
  z.string().startsWith(prefix, { error: `is not such a token: it begins with ${prefix}. ${where}` });

export const slackVariables = z.object({
  SLACK_MODE: z
    .enum(['socket', 'http'], {
      error: 'is neither socket nor http; write socket unless Slack can reach you by HTTPS.',
    })
    .default('socket'),
  SLACK_BOT_TOKEN: token('xoxb-', BOT_TOKEN_HELP).optional(),
  SLACK_APP_TOKEN: token('xapp-', APP_TOKEN_HELP).optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, { error: `is too short to be one. ${SIGNING_SECRET_HELP}` })
    .optional(),
  SLACK_APP_ID: z
    .string()
    .regex(/^A[A-Z0-9]{2,}$/, { error: `is not the id of a Slack app. ${APP_ID_HELP}` })
    .optional(),
  SLACK_API_URL: url(['http:', 'https:'], 'https://slack.com/api/').default('https://slack.com/api/'),
  SLACK_PORT: port(3000),
  APPROVALS_CHANNEL: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,20}$/, { error: `is not a channel id. ${CHANNEL_HELP}` })
    .optional(),
});

export type SlackConfig = {
  readonly botToken: string;
  readonly apiUrl: string;
  /** Left out: the app token names it, or Slack is asked. */
  readonly appId?: string;
} & (
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number }
);

/** What the role `slack` cannot do without, each with where to find it. */
export function slackRequired(mode: string | undefined): Readonly<Record<string, string>> {
  return {
    SLACK_BOT_TOKEN: BOT_TOKEN_HELP,
    APPROVALS_CHANNEL: CHANNEL_HELP,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET_HELP } : { SLACK_APP_TOKEN: APP_TOKEN_HELP }),
  };
}

/** Undefined where it is incomplete: a fault for the role `slack`, of no use to the others. */
export function slackConfig(given: z.infer<typeof slackVariables>): SlackConfig | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = given;
  if (botToken === undefined) return undefined;
  const { SLACK_APP_ID: appId } = given;
  const outbound = { botToken, apiUrl, ...(appId === undefined ? {} : { appId }) };
  if (given.SLACK_MODE === 'http' && given.SLACK_SIGNING_SECRET !== undefined) {
    return { ...outbound, mode: 'http', signingSecret: given.SLACK_SIGNING_SECRET, port: given.SLACK_PORT };
  }
  if (given.SLACK_MODE === 'socket' && given.SLACK_APP_TOKEN !== undefined) {
    return { ...outbound, mode: 'socket', appToken: given.SLACK_APP_TOKEN };
  }
  return undefined;
}
