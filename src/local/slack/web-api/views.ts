// views.*: modals and the Home tab, each opened by a trigger that lives three seconds.

import { VIEW_LIMITS } from '../blocks/limits.ts';
import { describeProblem } from '../blocks/problems.ts';
import { validateView } from '../blocks/view.ts';
import type { View } from '../entities.ts';
import { findView, type State } from '../state.ts';
import { openModal, publishHome, pushModal, replaceView, stackOf, type ViewDraft } from '../views.ts';
import { wireView } from '../wire.ts';
import { type Args, text } from './arguments.ts';
import { type Answer, answer, type Method, type MethodContext, refuse } from './method.ts';

export type ReadView = { readonly draft: ViewDraft } | { readonly refusal: Answer };

export function readView(state: State, given: unknown, type: 'modal' | 'home', replaces?: View): ReadView {
  if (typeof given !== 'object' || given === null) {
    return { refusal: invalidView(['[ERROR] missing required field: view']) };
  }
  if (JSON.stringify(given).length > VIEW_LIMITS.bytes) return { refusal: refuse('view_too_large') };
  const problems = validateView(given, type);
  if (problems.length > 0) return { refusal: invalidView(problems.map(describeProblem)) };
  // The validator has checked every field a draft has.
  const draft = given as ViewDraft;
  const others = [...[...state.stacks.values()].flat(), ...state.homes.values()].filter(one => one.id !== replaces?.id);
  const isTaken = draft.external_id ? others.some(one => one.external_id === draft.external_id) : false;
  return isTaken ? { refusal: refuse('duplicate_external_id') } : { draft };
}

function invalidView(messages: readonly string[]): Answer {
  return refuse('invalid_arguments', { response_metadata: { messages } });
}

function shown(context: MethodContext, view: View): Answer {
  return answer({ view: wireView(context.state, view) });
}

function open(context: MethodContext, args: Args): Answer {
  const read = readView(context.state, args.view, 'modal');
  if ('refusal' in read) return read.refusal;
  const trigger = context.windows.spendTrigger(text(args, 'trigger_id'));
  if ('error' in trigger) return refuse(trigger.error);
  return shown(context, openModal(context.state, trigger.user, read.draft));
}

function push(context: MethodContext, args: Args): Answer {
  const read = readView(context.state, args.view, 'modal');
  if ('refusal' in read) return read.refusal;
  const trigger = context.windows.spendTrigger(text(args, 'trigger_id'));
  if ('error' in trigger) return refuse(trigger.error);
  if (stackOf(context.state, trigger.user).length === 0) return refuse('not_found');
  const view = pushModal(context.state, trigger.user, read.draft);
  return 'error' in view ? refuse(view.error) : shown(context, view);
}

function update(context: MethodContext, args: Args): Answer {
  const external = text(args, 'external_id');
  const open = [...context.state.stacks.values()].flat();
  const before = external
    ? open.find(view => view.external_id === external)
    : findView(context.state, text(args, 'view_id'));
  if (!before) return refuse('not_found');
  const hash = text(args, 'hash');
  if (hash && hash !== before.hash) return refuse('hash_conflict');
  const read = readView(context.state, args.view, before.type, before);
  if ('refusal' in read) return read.refusal;
  return shown(context, replaceView(context.state, before, read.draft));
}

function publish(context: MethodContext, args: Args): Answer {
  const user = context.state.users.get(text(args, 'user_id'));
  if (!user) return refuse('user_not_found');
  const before = context.state.homes.get(user.id);
  const hash = text(args, 'hash');
  if (hash && before && hash !== before.hash) return refuse('hash_conflict');
  const read = readView(context.state, args.view, 'home', before);
  if ('refusal' in read) return read.refusal;
  return shown(context, publishHome(context.state, user.id, read.draft));
}

const bot = { token: 'bot', scopes: [], tier: 4 } as const;

export const viewMethods: readonly Method[] = [
  { ...bot, name: 'views.open', run: open },
  { ...bot, name: 'views.push', run: push },
  { ...bot, name: 'views.update', run: update },
  { ...bot, name: 'views.publish', run: publish },
];
