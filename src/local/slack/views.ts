// What may happen to modals and Home tabs: opened, pushed, updated, closed. A stack holds three modals at most.
import { randomBytes } from 'node:crypto';
import { completeBlocks } from './blocks/complete.ts';
import type { Block, PlainText, View } from './entities.ts';
import type { State } from './state.ts';

export const MODAL_STACK_LIMIT = 3;

/** A view as an app sends it; already validated. */
export type ViewDraft = {
  readonly type: 'modal' | 'home';
  readonly blocks: readonly Block[];
  readonly callback_id?: string;
  readonly title?: PlainText;
  readonly submit?: PlainText;
  readonly close?: PlainText;
  readonly private_metadata?: string;
  readonly external_id?: string;
  readonly clear_on_close?: boolean;
  readonly notify_on_close?: boolean;
};

function newHash(state: State): string {
  return `${Math.floor(state.clock.now() / 1000)}.${randomBytes(4).toString('hex')}`;
}

function buildView(state: State, user: string, draft: ViewDraft, previous: View | undefined): View {
  const id = `V${randomBytes(6).toString('hex').toUpperCase()}`;
  return {
    id,
    user,
    ...fieldsOf(draft),
    hash: newHash(state),
    root_view_id: previous?.root_view_id ?? id,
    previous_view_id: previous?.id ?? null,
    errors: {},
  };
}

function fieldsOf(draft: ViewDraft) {
  return {
    type: draft.type,
    callback_id: draft.callback_id ?? '',
    title: draft.title ?? null,
    submit: draft.submit ?? null,
    close: draft.close ?? null,
    blocks: completeBlocks(draft.blocks),
    private_metadata: draft.private_metadata ?? '',
    external_id: draft.external_id ?? '',
    clear_on_close: draft.clear_on_close ?? false,
    notify_on_close: draft.notify_on_close ?? false,
  };
}

export function stackOf(state: State, user: string): readonly View[] {
  return state.stacks.get(user) ?? [];
}

/** A new modal replaces whatever stack the person had open. */
export function openModal(state: State, user: string, draft: ViewDraft): View {
  const view = buildView(state, user, draft, undefined);
  state.stacks.set(user, [view]);
  state.changed();
  return view;
}

export function pushModal(state: State, user: string, draft: ViewDraft): View | { readonly error: 'push_limit' } {
  const stack = stackOf(state, user);
  if (stack.length >= MODAL_STACK_LIMIT) return { error: 'push_limit' };
  const view = buildView(state, user, draft, stack.at(-1));
  state.stacks.set(user, [...stack, view]);
  state.changed();
  return view;
}

export function replaceView(state: State, before: View, draft: ViewDraft): View {
  const after: View = { ...before, ...fieldsOf(draft), hash: newHash(state), errors: {} };
  put(state, after);
  return after;
}

export function showErrors(state: State, view: View, errors: Readonly<Record<string, string>>): void {
  put(state, { ...view, errors });
}

function put(state: State, view: View): void {
  if (view.type === 'home') state.homes.set(view.user, view);
  else
    state.stacks.set(
      view.user,
      stackOf(state, view.user).map(one => (one.id === view.id ? view : one)),
    );
  state.changed();
}

export function closeModal(state: State, view: View): void {
  state.stacks.set(
    view.user,
    stackOf(state, view.user).filter(one => one.id !== view.id),
  );
  state.changed();
}

export function clearModals(state: State, user: string): void {
  state.stacks.delete(user);
  state.changed();
}

export function publishHome(state: State, user: string, draft: ViewDraft): View {
  const before = state.homes.get(user);
  if (before) return replaceView(state, before, draft);
  const view = buildView(state, user, draft, undefined);
  state.homes.set(user, view);
  state.changed();
  return view;
}
