// users.* and usergroups.*: who is here, and who belongs together.
import { wireUser } from '../wire.ts';
import { type Args, flag, page, text } from './arguments.ts';
import { type Answer, answer, type Method, type MethodContext, refuse } from './method.ts';

function info(context: MethodContext, args: Args): Answer {
  const user = context.state.users.get(text(args, 'user'));
  if (!user) return refuse('user_not_found');
  if (user.is_invisible) return refuse('user_not_visible');
  return answer({ user: wireUser(user, context.hasScope('users:read.email')) });
}

function list(context: MethodContext, args: Args): Answer {
  const visible = [...context.state.users.values()].filter(user => !user.is_invisible && !user.is_stranger);
  const { items, response_metadata } = page(visible, args, 1000);
  const withEmail = context.hasScope('users:read.email');
  return answer({ members: items.map(user => wireUser(user, withEmail)), response_metadata });
}

function lookupByEmail(context: MethodContext, args: Args): Answer {
  const email = text(args, 'email').toLowerCase();
  const found = [...context.state.users.values()].find(
    user => user.email?.toLowerCase() === email && !user.deleted && !user.is_invisible && !user.is_bot,
  );
  return found ? answer({ user: wireUser(found, true) }) : refuse('users_not_found');
}

function groups(context: MethodContext, args: Args): Answer {
  const shown = [...context.state.usergroups.values()].filter(
    group => !group.disabled || flag(args, 'include_disabled'),
  );
  const usergroups = shown.map(({ users, disabled, ...group }) => ({
    ...group,
    team_id: context.state.team.id,
    is_usergroup: true,
    is_external: false,
    date_delete: disabled ? 1 : 0,
    user_count: users.length,
    ...(flag(args, 'include_users') ? { users } : {}),
  }));
  return answer({ usergroups });
}

function groupUsers(context: MethodContext, args: Args): Answer {
  const group = context.state.usergroups.get(text(args, 'usergroup'));
  if (!group) return refuse('no_such_subteam');
  if (group.disabled && !flag(args, 'include_disabled')) return refuse('no_such_subteam');
  return answer({ users: group.users });
}

const bot = { token: 'bot' } as const;

export const peopleMethods: readonly Method[] = [
  { ...bot, scopes: ['users:read'], name: 'users.info', tier: 4, run: info },
  { ...bot, scopes: ['users:read'], name: 'users.list', tier: 2, run: list },
  { ...bot, scopes: ['users:read.email'], name: 'users.lookupByEmail', tier: 3, run: lookupByEmail },
  { ...bot, scopes: ['usergroups:read'], name: 'usergroups.list', tier: 2, run: groups },
  { ...bot, scopes: ['usergroups:read'], name: 'usergroups.users.list', tier: 2, run: groupUsers },
];
