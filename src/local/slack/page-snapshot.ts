// The workspace as one person sees it, cut down to what the page shows.
import type { Channel, User } from './entities.ts';
import type { Hints, ListedChannel, Snapshot, Someone } from './page/snapshot.ts';
import { directChannel, messagesIn, type State } from './state.ts';
import { stackOf } from './views.ts';

/** Enough to read back a long demonstration, little enough to send at every change. */
const MESSAGES_SHOWN = 300;

export function snapshotFor(
  state: State,
  me: User,
  more: { readonly bootId: string; readonly isAppConnected: boolean; readonly hints: Hints },
): Snapshot {
  if (!me.is_bot) directChannel(state, me.id);
  const channels = [...state.channels.values()].filter(channel => isVisible(state, channel, me));
  const home = state.homes.get(me.id);
  return {
    ...more,
    me: someone(me),
    team: state.team,
    app: state.app,
    users: Object.fromEntries([...state.users.values()].map(user => [user.id, someone(user)])),
    usergroups: Object.fromEntries([...state.usergroups.values()].map(group => [group.id, group.handle])),
    channelNames: Object.fromEntries([...state.channels.values()].map(channel => [channel.id, channel.name])),
    channels: channels.map(channel => listed(state, channel, me)),
    messages: Object.fromEntries(
      channels.map(channel => [channel.id, messagesIn(state, channel.id).slice(-MESSAGES_SHOWN)]),
    ),
    ephemerals: state.ephemerals.filter(one => one.user === me.id),
    modals: stackOf(state, me.id),
    ...(home ? { home } : {}),
  };
}

/** Guests and people of other companies see only the channels they are in. */
function isVisible(state: State, channel: Channel, me: User): boolean {
  if (channel.members.includes(me.id)) return true;
  const isFullMember = me.team_id === state.team.id && !me.is_restricted;
  return isFullMember && !channel.is_private && !channel.is_im;
}

function listed(state: State, channel: Channel, me: User): ListedChannel {
  const sharing = channel.is_ext_shared
    ? 'external'
    : channel.is_pending_ext_shared
      ? 'pending'
      : channel.is_org_shared
        ? 'org'
        : 'none';
  return {
    id: channel.id,
    name: channel.is_im ? state.app.name : channel.name,
    topic: channel.topic,
    kind: channel.is_im ? 'dm' : channel.is_private ? 'private' : 'public',
    isArchived: channel.is_archived,
    sharing,
    memberCount: channel.members.length,
    isMember: channel.members.includes(me.id),
  };
}

function someone(user: User): Someone {
  return {
    id: user.id,
    name: user.name,
    real_name: user.real_name,
    display_name: user.display_name,
    title: user.title,
    team_id: user.team_id,
    deleted: user.deleted,
    is_admin: user.is_admin,
    is_bot: user.is_bot,
    is_app_user: user.is_app_user,
    is_workflow_bot: user.is_workflow_bot,
    is_restricted: user.is_restricted,
    is_ultra_restricted: user.is_ultra_restricted,
    is_stranger: user.is_stranger,
    is_invited_user: user.is_invited_user,
    is_email_confirmed: user.is_email_confirmed,
    is_invisible: user.is_invisible,
    isEnterprise: user.enterprise_user !== undefined,
  };
}
