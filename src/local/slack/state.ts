// Everything the workspace remembers, and how to find it. What may change it lives in messages.ts and views.ts.
import type { WorkspaceSeed } from './acme.ts';
import type { Clock } from './clock.ts';
import type { App, Channel, Ephemeral, Message, Team, User, Usergroup, View } from './entities.ts';

export type State = {
  readonly app: App;
  readonly team: Team;
  readonly enterpriseId?: string;
  readonly clock: Clock;
  readonly changed: () => void;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly usergroups: Map<string, Usergroup>;
  /** By channel, oldest first, replies included. */
  readonly messages: Map<string, Message[]>;
  readonly ephemerals: Ephemeral[];
  /** Each person's stack of open modals, top last. */
  readonly stacks: Map<string, View[]>;
  readonly homes: Map<string, View>;
};

const memberDefaults = {
  title: '',
  tz: 'Europe/Berlin',
  deleted: false,
  is_admin: false,
  is_owner: false,
  is_bot: false,
  is_app_user: false,
  is_workflow_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_stranger: false,
  is_invited_user: false,
  is_email_confirmed: true,
  is_invisible: false,
} as const;

const channelDefaults = {
  topic: '',
  is_private: false,
  is_im: false,
  is_archived: false,
  is_ext_shared: false,
  is_pending_ext_shared: false,
  is_org_shared: false,
  members: [],
} as const;

export function completeUser(patch: { readonly id: string } & Partial<User>, teamId: string): User {
  const name = patch.name ?? patch.id.toLowerCase();
  const real_name = patch.real_name ?? name;
  const email = `${name}@${teamId === patch.team_id || !patch.team_id ? 'acme' : 'elsewhere'}.example`;
  return { ...memberDefaults, team_id: teamId, name, real_name, display_name: name, email, ...patch };
}

export function completeChannel(patch: { readonly id: string } & Partial<Channel>): Channel {
  return { ...channelDefaults, name: patch.id.toLowerCase(), ...patch };
}

export function completeUsergroup(patch: { readonly id: string } & Partial<Usergroup>): Usergroup {
  const handle = patch.handle ?? patch.id.toLowerCase();
  return { handle, name: handle, users: [], disabled: false, ...patch };
}

export function createState(seed: WorkspaceSeed, app: App, clock: Clock, changed: () => void): State {
  const botUser = { id: app.botUserId, name: app.name.toLowerCase(), real_name: app.name, is_bot: true };
  const users = [...seed.users, { ...botUser, display_name: app.name }];
  return {
    app,
    team: seed.team,
    ...(seed.enterpriseId === undefined ? {} : { enterpriseId: seed.enterpriseId }),
    clock,
    changed,
    users: new Map(users.map(user => [user.id, completeUser(user, seed.team.id)])),
    channels: new Map(seed.channels.map(channel => [channel.id, completeChannel(channel)])),
    usergroups: new Map(seed.usergroups.map(group => [group.id, completeUsergroup(group)])),
    messages: new Map(),
    ephemerals: [],
    stacks: new Map(),
    homes: new Map(),
  };
}

export function findUser(state: State, nameOrId: string): User {
  const byId = state.users.get(nameOrId);
  if (byId) return byId;
  const named = [...state.users.values()].find(user => user.name === nameOrId);
  if (named) return named;
  const names = [...state.users.values()].map(user => user.name).join(', ');
  throw new Error(`Nobody here is called "${nameOrId}". Use an id or one of: ${names}.`);
}

export function findChannel(state: State, nameOrId: string): Channel {
  const wanted = nameOrId.replace(/^#/, '');
  const found =
    state.channels.get(wanted) ??
    [...state.channels.values()].find(channel => !channel.is_im && channel.name === wanted);
  if (found) return found;
  const names = [...state.channels.values()].filter(channel => !channel.is_im).map(channel => `#${channel.name}`);
  throw new Error(`There is no channel "${nameOrId}". Use an id or one of: ${names.join(', ')}.`);
}

/** The app's DM with a person; opened on first use. */
export function directChannel(state: State, userId: string): Channel {
  const existing = [...state.channels.values()].find(channel => channel.is_im && channel.user === userId);
  if (existing) return existing;
  const members = [userId, state.app.botUserId];
  const channel = completeChannel({
    id: `D${userId.slice(1)}`,
    name: 'directmessage',
    is_im: true,
    user: userId,
    members,
  });
  state.channels.set(channel.id, channel);
  return channel;
}

export function messagesIn(state: State, channelId: string): Message[] {
  const list = state.messages.get(channelId) ?? [];
  state.messages.set(channelId, list);
  return list;
}

export function findMessage(state: State, channelId: string, ts: string): Message | undefined {
  return messagesIn(state, channelId).find(message => message.ts === ts);
}

export function findView(state: State, viewId: string): View | undefined {
  const open = [...state.stacks.values()].flat().find(view => view.id === viewId);
  return open ?? [...state.homes.values()].find(view => view.id === viewId);
}
