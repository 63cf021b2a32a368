// Which channels the app can see, write to and read, and with which error Slack says otherwise.
import type { Channel } from '../entities.ts';
import { directChannel } from '../state.ts';
import { type Answer, type MethodContext, missingScope, refuse } from './method.ts';

export type Reach = { readonly channel: Channel } | { readonly refusal: Answer };

function isMember(context: MethodContext, channel: Channel): boolean {
  return channel.members.includes(context.state.app.botUserId);
}

/** Private channels without the app do not exist for it. */
export function visibleChannel(context: MethodContext, id: string): Reach {
  const channel = context.state.channels.get(id);
  const isHidden = channel && (channel.is_private || channel.is_im) && !isMember(context, channel);
  if (!channel || isHidden) return { refusal: refuse('channel_not_found') };
  return { channel };
}

/** Posting, and nothing else, takes a channel's name too. */
function idOf(context: MethodContext, idOrName: string): string {
  const name = idOrName.replace(/^#/, '');
  const named = [...context.state.channels.values()].find(channel => !channel.is_im && channel.name === name);
  return named?.id ?? idOrName;
}

/** A user id stands for the app's DM with that person. */
export function writableChannel(context: MethodContext, id: string): Reach {
  const person = context.state.users.get(id);
  if (person) {
    if (person.deleted) return { refusal: refuse('channel_not_found') };
    if (person.is_bot) return { refusal: refuse('cannot_dm_bot') };
    return { channel: directChannel(context.state, id) };
  }
  const reach = visibleChannel(context, idOf(context, id));
  if ('refusal' in reach) return reach;
  if (reach.channel.is_archived) return { refusal: refuse('is_archived') };
  const mayPost = isMember(context, reach.channel) || context.hasScope('chat:write.public');
  return mayPost ? reach : { refusal: refuse('not_in_channel') };
}

export function readableChannel(context: MethodContext, id: string, right: 'history' | 'read'): Reach {
  const reach = visibleChannel(context, id);
  if ('refusal' in reach) return reach;
  const { channel } = reach;
  const family = channel.is_im ? 'im' : channel.is_private ? 'groups' : 'channels';
  const scope = `${family}:${right}`;
  // A bot that may write DMs can also see them: `im:write` is enough for their details.
  const isAllowed = context.hasScope(scope) || (right === 'read' && channel.is_im && context.hasScope('im:write'));
  if (!isAllowed) return { refusal: missingScope(scope, '') };
  if (right === 'history' && !isMember(context, channel)) return { refusal: refuse('not_in_channel') };
  return reach;
}
