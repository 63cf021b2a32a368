// What a person can see, and so press: views still open, messages still there, channels they are in.
import type { Ephemeral, Message, OpenView, View } from '../entities.ts';
import { findChannel, findMessage, findView, type State } from '../state.ts';
import type { Place } from './acts.ts';

export function currentView(state: State, view: View): View {
  const current = findView(state, view.id);
  if (current) return current;
  throw new Error(`The view "${view.title?.text ?? view.callback_id}" is no longer open.`);
}

export function currentMessage(state: State, where: Exclude<Place, OpenView>, userId: string): Message | Ephemeral {
  const channel = findChannel(state, where.channel);
  const found =
    findMessage(state, channel.id, where.ts) ??
    state.ephemerals.find(one => one.ts === where.ts && one.channel === channel.id && one.user === userId);
  if (found) return found;
  throw new Error(`There is no message ${where.ts} in #${channel.name} that ${userId} can see.`);
}

/**
 * A private channel and a DM show themselves to members only. Into a public one a person walks first; for a guest or
 * somebody of another company that means: somebody let them in, and what the app makes of it is the app's affair.
 */
export function enter(state: State, channelId: string, userId: string): void {
  const channel = findChannel(state, channelId);
  if (channel.members.includes(userId)) return;
  if (channel.is_private || channel.is_im) {
    throw new Error(
      `${userId} is not in ${channel.id}; let them in with addMember("${channel.id}", "${userId}") first.`,
    );
  }
  state.channels.set(channel.id, { ...channel, members: [...channel.members, userId] });
  state.changed();
}
