// What an app may answer to a slash command or a response_url: a message for one person, or for everyone in the channel.
import type { Ephemeral, Message } from '../entities.ts';
import { postMessage, showEphemeral } from '../messages.ts';
import type { State } from '../state.ts';
import { readContent } from '../web-api/content.ts';

export type Shown = { readonly shown?: Ephemeral | Message } | { readonly error: string };

export function showReply(
  state: State,
  to: { readonly user: string; readonly channel: string; readonly threadTs?: string },
  reply: Readonly<Record<string, unknown>>,
): Shown {
  const read = readContent(reply);
  if ('refusal' in read) return { error: read.refusal.error ?? 'invalid_payload' };
  const place = { channel: to.channel, ...(to.threadTs ? { thread_ts: to.threadTs } : {}) };
  if (reply.response_type !== 'in_channel') {
    return { shown: showEphemeral(state, { ...read.content, ...place, user: to.user }) };
  }
  const { botUserId: user, botId: bot_id } = state.app;
  return { shown: postMessage(state, { ...read.content, ...place, user, bot_id }) };
}
