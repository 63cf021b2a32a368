// reactions.*: small marks under a message.
import type { Message } from '../entities.ts';
import { setReactions } from '../messages.ts';
import { findMessage } from '../state.ts';
import { wireMessage } from '../wire.ts';
import { type Args, text } from './arguments.ts';
import { type Answer, answer, type Method, type MethodContext, refuse } from './method.ts';
import { visibleChannel } from './reach.ts';

function target(context: MethodContext, args: Args): Message | { readonly refusal: Answer } {
  const reach = visibleChannel(context, text(args, 'channel'));
  if ('refusal' in reach) return reach;
  const message = findMessage(context.state, reach.channel.id, text(args, 'timestamp'));
  return message ?? { refusal: refuse('message_not_found') };
}

function add(context: MethodContext, args: Args): Answer {
  const message = target(context, args);
  if ('refusal' in message) return message.refusal;
  const name = text(args, 'name').replace(/^:|:$/g, '');
  if (!/^[a-z0-9_+'-]+$/.test(name)) return refuse('invalid_name');
  const me = context.state.app.botUserId;
  const before = message.reactions.find(one => one.name === name);
  if (before?.users.includes(me)) return refuse('already_reacted');
  const others = message.reactions.filter(one => one.name !== name);
  setReactions(context.state, message, [...others, { name, users: [...(before?.users ?? []), me] }]);
  return answer();
}

function remove(context: MethodContext, args: Args): Answer {
  const message = target(context, args);
  if ('refusal' in message) return message.refusal;
  const name = text(args, 'name').replace(/^:|:$/g, '');
  const me = context.state.app.botUserId;
  if (!message.reactions.some(one => one.name === name && one.users.includes(me))) return refuse('no_reaction');
  const left = message.reactions
    .map(one => (one.name === name ? { name, users: one.users.filter(user => user !== me) } : one))
    .filter(one => one.users.length > 0);
  setReactions(context.state, message, left);
  return answer();
}

function get(context: MethodContext, args: Args): Answer {
  const message = target(context, args);
  if ('refusal' in message) return message.refusal;
  const channel = message.channel;
  return answer({ type: 'message', channel, message: wireMessage(context.state, message, false) });
}

const bot = { token: 'bot', tier: 3 } as const;

export const reactionMethods: readonly Method[] = [
  { ...bot, scopes: ['reactions:write'], name: 'reactions.add', run: add },
  { ...bot, scopes: ['reactions:write'], name: 'reactions.remove', run: remove },
  { ...bot, scopes: ['reactions:read'], name: 'reactions.get', run: get },
];
