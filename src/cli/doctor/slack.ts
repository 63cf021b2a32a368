// Can we talk with Slack: tokens, scopes, the socket, and the channel that requests go to.
import { WebClient } from '@slack/web-api';
import { OPTIONAL_SCOPES, SCOPES } from '../../adapters/slack/app-manifest.ts';
import { clientOptions } from '../../adapters/slack/connect.ts';
import { slackFailure } from '../../adapters/slack/failures.ts';
import type { Config, SlackConfig } from '../../config.ts';
import { type Finding, unwell, well } from './report.ts';

export async function examineSlack({ slack, approvalsChannel }: Config): Promise<readonly Finding[]> {
  if (slack === undefined) return [];
  const client = new WebClient(slack.botToken, clientOptions(slack));
  const bot = await examineBot(client);
  if (bot.some(({ ok }) => !ok)) return bot;
  const [entrance, channel] = await Promise.all([
    examineEntrance(slack),
    approvalsChannel === undefined ? [] : examineChannel(client, approvalsChannel).then(found => [found]),
  ]);
  return [...bot, ...entrance, ...channel];
}

async function examineBot(client: WebClient): Promise<readonly Finding[]> {
  try {
    const { team, user, response_metadata } = await client.auth.test();
    const { scopes } = (response_metadata ?? {}) as { readonly scopes?: readonly string[] };
    const lacks = ({ name }: { readonly name: string }) => scopes !== undefined && !scopes.includes(name);
    const missing = SCOPES.filter(lacks);
    const without = OPTIONAL_SCOPES.filter(lacks).map(one =>
      well('slack scopes', `works without ${one.name}, except for ${one.for}`),
    );
    const who = well('slack', `signed in to ${team ?? 'the workspace'} as ${user ?? 'the bot'}`);
    if (missing.length === 0) return [who, ...without];
    const named = missing.map(one => `${one.name} (${one.for})`).join(', ');
    const detail = `the bot lacks ${named}. Add them under OAuth & Permissions and reinstall the app; countersign slack manifest prints all of it.`;
    return [who, unwell('slack scopes', detail), ...without];
  } catch (error) {
    return [unwell('slack', messageOf(error, 'auth.test'))];
  }
}

async function examineEntrance(slack: SlackConfig): Promise<readonly Finding[]> {
  switch (slack.mode) {
    case 'socket':
      try {
        await new WebClient(slack.appToken, clientOptions(slack)).apps.connections.open();
        return [well('slack socket', 'opens')];
      } catch (error) {
        return [unwell('slack socket', messageOf(error, 'apps.connections.open'))];
      }
    case 'http':
      return [well('slack http', `Slack must reach port ${slack.port} at /slack/events, by HTTPS`)];
    default:
      return slack satisfies never;
  }
}

/** Whether requests can be shown there; `from` is where another channel would be named. */
export async function examineChannel(
  client: WebClient,
  id: string,
  name = 'slack channel',
  from = 'APPROVALS_CHANNEL',
): Promise<Finding> {
  try {
    const { channel } = await client.conversations.info({ channel: id });
    const label = `${id} (#${channel?.name ?? '?'})`;
    if (channel?.is_archived === true) return unwell(name, `${label} is archived. Choose another in ${from}.`);
    if (channel?.is_ext_shared === true || channel?.is_pending_ext_shared === true) {
      return unwell(name, `${label} is shared with another organisation. Choose another in ${from}.`);
    }
    if (channel?.is_member !== true) {
      return unwell(name, `the bot is not a member of ${label}. Invite it there: /invite @<the app>`);
    }
    return well(name, `the bot is a member of ${label}`);
  } catch (error) {
    return unwell(name, `${id}: ${messageOf(error, 'conversations.info')}`);
  }
}

export function messageOf(error: unknown, method: string): string {
  const failure = slackFailure(error, method);
  return failure instanceof Error ? failure.message : 'Slack cannot be reached. Check SLACK_API_URL and the network.';
}
