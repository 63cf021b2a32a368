// Changes to the world while it runs: people leave, groups change, channels become shared. The app hears of it by events.

import type { Events } from './delivery/events.ts';
import type { Channel, User, Usergroup } from './entities.ts';
import { completeChannel, completeUser, completeUsergroup, findChannel, findUser, type State } from './state.ts';
import { wireUser } from './wire.ts';

export type WorldChanges = {
  readonly setUser: (user: string, patch: Partial<User>) => void;
  readonly addUser: (user: { readonly id: string } & Partial<User>) => User;
  readonly setChannel: (channel: string, patch: Partial<Channel>) => void;
  readonly addChannel: (channel: { readonly id: string } & Partial<Channel>) => Channel;
  readonly addMember: (channel: string, user: string) => void;
  readonly removeMember: (channel: string, user: string) => void;
  /** Creates the group when there is none with this id. */
  readonly setUsergroup: (id: string, members: readonly string[]) => void;
  readonly addUsergroup: (group: { readonly id: string } & Partial<Usergroup>) => Usergroup;
  /** Any event the app has subscribed to, as Slack would deliver it. */
  readonly emitEvent: (event: { readonly type: string } & Readonly<Record<string, unknown>>) => Promise<void>;
};

export function createWorldChanges(state: State, events: Events): WorldChanges {
  function setChannel(name: string, patch: Partial<Channel>): void {
    const before = findChannel(state, name);
    state.channels.set(before.id, { ...before, ...patch });
    state.changed();
    if (patch.is_archived && !before.is_archived) {
      void events.emit({ type: 'channel_archive', channel: before.id, user: 'U0ALICE' });
    }
    if (patch.is_ext_shared && !before.is_ext_shared) void events.emit({ type: 'channel_shared', channel: before.id });
  }

  function putGroup(group: Usergroup): Usergroup {
    const before = state.usergroups.get(group.id);
    state.usergroups.set(group.id, group);
    state.changed();
    const was = new Set(before?.users ?? []);
    const added_users = group.users.filter(user => !was.has(user));
    const removed_users = [...was].filter(user => !group.users.includes(user));
    if (added_users.length + removed_users.length > 0) {
      const ids = { subteam_id: group.id, team_id: state.team.id };
      void events.emit({ type: 'subteam_members_changed', ...ids, added_users, removed_users });
    }
    return group;
  }

  return {
    setUser(name, patch) {
      const after = { ...findUser(state, name), ...patch };
      state.users.set(after.id, after);
      state.changed();
      void events.emit({ type: 'user_change', user: wireUser(after, false) });
    },
    addUser(user) {
      const added = completeUser(user, state.team.id);
      state.users.set(added.id, added);
      state.changed();
      return added;
    },
    setChannel,
    addChannel(channel) {
      const added = completeChannel(channel);
      state.channels.set(added.id, added);
      state.changed();
      return added;
    },
    addMember(channel, user) {
      const { members } = findChannel(state, channel);
      setChannel(channel, { members: [...new Set([...members, findUser(state, user).id])] });
    },
    removeMember(channel, user) {
      const { id } = findUser(state, user);
      setChannel(channel, { members: findChannel(state, channel).members.filter(member => member !== id) });
    },
    setUsergroup(id, members) {
      const users = members.map(member => findUser(state, member).id);
      putGroup({ ...(state.usergroups.get(id) ?? completeUsergroup({ id })), users });
    },
    addUsergroup: group => putGroup(completeUsergroup(group)),
    async emitEvent(event) {
      await events.emit(event);
    },
  };
}
