// conversations.*: channels, DMs and what was said in them.
import type { Channel, Message } from '../entities.ts';
import { repliesTo, topLevel } from '../messages.ts';
import { directChannel, findMessage } from '../state.ts';
import { wireChannel, wireMessage } from '../wire.ts';
import { type Args, count, flag, page, text } from './arguments.ts';
import { type Answer, answer, type Method, type MethodContext, missingScope, refuse } from './method.ts';
import { readableChannel, visibleChannel } from './reach.ts';

function open(context: MethodContext, args: Args): Answer {
  const { state } = context;
  const known = text(args, 'channel');
  if (known) {
    const channel = state.channels.get(known);
    return channel?.is_im ? opened(context, channel, args) : refuse('channel_not_found');
  }
  const ids = text(args, 'users').split(',').filter(Boolean);
  const [id] = ids;
  if (!id) return refuse('users_list_not_supplied');
  if (ids.length > 1) return refuse('method_not_supported_for_channel_type');
  const person = state.users.get(id);
  if (!person || person.is_stranger) return refuse('user_not_found');
  if (person.is_invisible) return refuse('user_not_visible');
  if (person.deleted) return refuse('user_disabled');
  if (person.is_bot) return refuse('cannot_dm_bot');
  return opened(context, directChannel(state, id), args);
}

function opened(context: MethodContext, channel: Channel, args: Args): Answer {
  return answer({ channel: flag(args, 'return_im') ? wireChannel(context.state, channel) : { id: channel.id } });
}

function info(context: MethodContext, args: Args): Answer {
  const reach = readableChannel(context, text(args, 'channel'), 'read');
  if ('refusal' in reach) return reach.refusal;
  const { channel } = reach;
  const hasCount = flag(args, 'include_num_members');
  const { num_members, ...fields } = wireChannel(context.state, channel);
  return answer({ channel: { ...fields, ...(hasCount && num_members !== undefined ? { num_members } : {}) } });
}

function isWithin(message: Message, args: Args): boolean {
  const isInclusive = flag(args, 'inclusive');
  const ts = Number(message.ts);
  const oldest = Number(text(args, 'oldest') || 0);
  const latest = Number(text(args, 'latest') || Number.POSITIVE_INFINITY);
  const isInside = ts > oldest && ts < latest;
  return isInside || (isInclusive && (message.ts === text(args, 'oldest') || message.ts === text(args, 'latest')));
}

function listed(context: MethodContext, args: Args, messages: readonly Message[], fallback: number): Answer {
  const { items, response_metadata } = page(messages, args, count(args, 'limit', fallback, 999));
  const withMetadata = flag(args, 'include_all_metadata');
  return answer({
    messages: items.map(message => wireMessage(context.state, message, withMetadata)),
    has_more: response_metadata.next_cursor !== '',
    response_metadata,
  });
}

function history(context: MethodContext, args: Args): Answer {
  const reach = readableChannel(context, text(args, 'channel'), 'history');
  if ('refusal' in reach) return reach.refusal;
  const newestFirst = topLevel(context.state, reach.channel.id).filter(message => isWithin(message, args));
  return listed(context, args, newestFirst.toReversed(), 100);
}

function replies(context: MethodContext, args: Args): Answer {
  const reach = readableChannel(context, text(args, 'channel'), 'history');
  if ('refusal' in reach) return reach.refusal;
  const parent = findMessage(context.state, reach.channel.id, text(args, 'ts'));
  if (!parent) return refuse('thread_not_found');
  const rest = repliesTo(context.state, reach.channel.id, parent.ts).filter(message => isWithin(message, args));
  return listed(context, args, [parent, ...rest], 1000);
}

function list(context: MethodContext, args: Args): Answer {
  const types = (text(args, 'types') || 'public_channel').split(',').map(type => type.trim());
  const wanted = [...context.state.channels.values()].filter(channel => {
    if (channel.is_archived && flag(args, 'exclude_archived')) return false;
    const type = channel.is_im ? 'im' : channel.is_private ? 'private_channel' : 'public_channel';
    return types.includes(type) && !('refusal' in visibleChannel(context, channel.id));
  });
  const { items, response_metadata } = page(wanted, args, 100);
  return answer({ channels: items.map(channel => wireChannel(context.state, channel)), response_metadata });
}

function usersConversations(context: MethodContext, args: Args): Answer {
  const user = text(args, 'user') || context.state.app.botUserId;
  const listing = list(context, { ...args, limit: 1000, cursor: '' });
  const channels = listing.channels;
  if (!Array.isArray(channels)) return listing;
  const own = channels.filter(channel => context.state.channels.get(channel.id)?.members.includes(user));
  const { items, response_metadata } = page(own, args, 100);
  return answer({ channels: items, response_metadata });
}

function members(context: MethodContext, args: Args): Answer {
  const reach = readableChannel(context, text(args, 'channel'), 'read');
  if ('refusal' in reach) return reach.refusal;
  const { items, response_metadata } = page(reach.channel.members, args, 100);
  return answer({ members: items, response_metadata });
}

function join(context: MethodContext, args: Args): Answer {
  if (!context.hasScope('channels:join')) return missingScope('channels:join', '');
  const reach = visibleChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach.refusal;
  const { channel } = reach;
  if (channel.is_im || channel.is_private) return refuse('method_not_supported_for_channel_type');
  if (channel.is_archived) return refuse('is_archived');
  const isAlready = channel.members.includes(context.state.app.botUserId);
  const joined = isAlready ? channel : { ...channel, members: [...channel.members, context.state.app.botUserId] };
  context.state.channels.set(channel.id, joined);
  context.state.changed();
  return answer({
    channel: wireChannel(context.state, joined),
    ...(isAlready ? { warning: 'already_in_channel' } : {}),
  });
}

const bot = { token: 'bot', scopes: [] } as const;

export const conversationMethods: readonly Method[] = [
  { ...bot, scopes: ['im:write'], name: 'conversations.open', tier: 3, run: open },
  { ...bot, name: 'conversations.info', tier: 3, run: info },
  { ...bot, name: 'conversations.history', tier: 3, run: history },
  { ...bot, name: 'conversations.replies', tier: 3, run: replies },
  { ...bot, name: 'conversations.members', tier: 4, run: members },
  { ...bot, name: 'conversations.join', tier: 3, run: join },
  { ...bot, scopes: ['channels:read'], name: 'conversations.list', tier: 2, run: list },
  { ...bot, scopes: ['channels:read'], name: 'users.conversations', tier: 3, run: usersConversations },
];
