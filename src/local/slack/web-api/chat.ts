// chat.*: what the app says, changes and takes back.
import { MESSAGE_TEXT_LIMITS } from '../blocks/limits.ts';
import type { Message } from '../entities.ts';
import { deleteMessage, postMessage, showEphemeral, updateMessage } from '../messages.ts';
import { findMessage } from '../state.ts';
import { wireMessage } from '../wire.ts';
import { type Args, text } from './arguments.ts';
import { readContent, readMetadata } from './content.ts';
import { type Answer, answer, type Method, type MethodContext, refuse } from './method.ts';
import { visibleChannel, writableChannel } from './reach.ts';

function post(context: MethodContext, args: Args): Answer {
  const reach = writableChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach.refusal;
  const read = readContent(args);
  if ('refusal' in read) return read.refusal;
  const meta = readMetadata(args);
  if ('refusal' in meta) return meta.refusal;
  const { state } = context;
  const threadTs = text(args, 'thread_ts');
  const parent = threadTs ? findMessage(state, reach.channel.id, threadTs) : undefined;
  if (threadTs && !parent) return refuse('thread_not_found');
  const message = postMessage(state, {
    ...read.content,
    ...meta,
    channel: reach.channel.id,
    user: state.app.botUserId,
    bot_id: state.app.botId,
    // A reply to a reply lands in the same thread.
    ...(parent ? { thread_ts: parent.thread_ts ?? parent.ts } : {}),
  });
  const isCut = text(args, 'text').length > MESSAGE_TEXT_LIMITS.post;
  return answer({
    channel: reach.channel.id,
    ts: message.ts,
    message: wireMessage(state, message, true),
    ...(isCut ? { response_metadata: { warnings: ['message_truncated'] } } : {}),
  });
}

function ownMessage(context: MethodContext, args: Args, otherwise: string): Message | { readonly refusal: Answer } {
  const reach = visibleChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach;
  if (reach.channel.is_archived) return { refusal: refuse('is_inactive') };
  const message = findMessage(context.state, reach.channel.id, text(args, 'ts'));
  if (!message) return { refusal: refuse('message_not_found') };
  return message.user === context.state.app.botUserId ? message : { refusal: refuse(otherwise) };
}

function update(context: MethodContext, args: Args): Answer {
  const before = ownMessage(context, args, 'cant_update_message');
  if ('refusal' in before) return before.refusal;
  if (text(args, 'text').length > MESSAGE_TEXT_LIMITS.update) return refuse('msg_too_long');
  const read = readContent(args);
  if ('refusal' in read) return read.refusal;
  const meta = readMetadata(args);
  if ('refusal' in meta) return meta.refusal;
  const { state } = context;
  const change = {
    text: read.has.text ? read.content.text : before.text,
    // Text without blocks removes the blocks; attachments stay until an empty list is sent.
    blocks: read.content.blocks,
    attachments: read.has.attachments ? read.content.attachments : before.attachments,
    ...meta,
  };
  const after = updateMessage(state, before, change, state.app.botUserId);
  return answer({
    channel: after.channel,
    ts: after.ts,
    text: after.text,
    message: wireMessage(state, after, true),
  });
}

function remove(context: MethodContext, args: Args): Answer {
  const message = ownMessage(context, args, 'cant_delete_message');
  if ('refusal' in message) return message.refusal;
  deleteMessage(context.state, message);
  return answer({ channel: message.channel, ts: message.ts });
}

function postEphemeral(context: MethodContext, args: Args): Answer {
  const reach = writableChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach.refusal;
  const { channel } = reach;
  const user = text(args, 'user');
  if (!context.state.users.has(user)) return refuse('user_not_in_channel');
  if (!channel.members.includes(user)) return refuse('user_not_in_channel');
  const read = readContent(args);
  if ('refusal' in read) return read.refusal;
  const threadTs = text(args, 'thread_ts');
  const ephemeral = showEphemeral(context.state, {
    ...read.content,
    channel: channel.id,
    user,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  });
  return answer({ message_ts: ephemeral.ts });
}

function getPermalink(context: MethodContext, args: Args): Answer {
  const reach = visibleChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach.refusal;
  const message = findMessage(context.state, reach.channel.id, text(args, 'message_ts'));
  if (!message) return refuse('message_not_found');
  const permalink = `${context.workspaceUrl}/archives/${message.channel}/p${message.ts.replace('.', '')}`;
  return answer({ channel: message.channel, permalink });
}

const bot = { token: 'bot', scopes: ['chat:write'] } as const;

export const chatMethods: readonly Method[] = [
  { ...bot, name: 'chat.postMessage', tier: 'special', run: post },
  { ...bot, name: 'chat.update', tier: 3, run: update },
  { ...bot, name: 'chat.delete', tier: 3, run: remove },
  { ...bot, name: 'chat.postEphemeral', tier: 4, run: postEphemeral },
  { token: 'bot', scopes: [], name: 'chat.getPermalink', tier: 'special', run: getPermalink },
];
