// The methods about the app itself: who it is, where its socket is, whether its blocks are well formed.
import { validateMessageBlocks } from '../blocks/message.ts';
import type { Problem } from '../blocks/problems.ts';
import { validateView } from '../blocks/view.ts';
import { type Args, text } from './arguments.ts';
import { type Answer, answer, type Method, type MethodContext, refuse } from './method.ts';

function test(context: MethodContext): Answer {
  const { state } = context;
  return answer({
    url: `${context.workspaceUrl}/`,
    team: state.team.name,
    user: state.users.get(state.app.botUserId)?.name,
    team_id: state.team.id,
    user_id: state.app.botUserId,
    bot_id: state.app.botId,
    ...(state.enterpriseId ? { enterprise_id: state.enterpriseId } : {}),
    is_enterprise_install: false,
  });
}

function openConnection(context: MethodContext): Answer {
  const url = context.openSocketUrl();
  return typeof url === 'string' ? answer({ url }) : refuse(url.error);
}

function botInfo(context: MethodContext, args: Args): Answer {
  const { app } = context.state;
  if (text(args, 'bot') && text(args, 'bot') !== app.botId) return refuse('bot_not_found');
  return answer({ bot: { id: app.botId, app_id: app.id, user_id: app.botUserId, name: app.name, deleted: false } });
}

function judge(args: Args): readonly Problem[] | undefined {
  const { blocks, message, view } = args;
  if ([blocks, message, view].filter(one => one !== undefined).length !== 1) return undefined;
  if (view !== undefined) {
    const isHome = typeof view === 'object' && view !== null && 'type' in view && view.type === 'home';
    return validateView(view, isHome ? 'home' : 'modal');
  }
  if (blocks !== undefined) return validateMessageBlocks(blocks);
  const inner = typeof message === 'object' && message !== null && 'blocks' in message ? message.blocks : message;
  return validateMessageBlocks(inner, '/message/blocks');
}

function validate(_context: MethodContext, args: Args): Answer {
  const problems = judge(args);
  if (!problems) return refuse('invalid_arguments');
  return problems.length === 0 ? answer() : refuse('invalid_blocks', { errors: problems });
}

export const appMethods: readonly Method[] = [
  { name: 'api.test', token: 'none', scopes: [], tier: 4, run: (_context, args) => answer({ args }) },
  { name: 'auth.test', token: 'bot', scopes: [], tier: 'special', run: test },
  { name: 'apps.connections.open', token: 'app', scopes: ['connections:write'], tier: 3, run: openConnection },
  { name: 'bots.info', token: 'bot', scopes: ['users:read'], tier: 3, run: botInfo },
  { name: 'blocks.validate', token: 'none', scopes: [], tier: 'special', run: validate },
];
