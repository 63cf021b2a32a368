// What a person does on the page, handed to the person in the workspace.

import type { View } from './entities.ts';
import type { Person } from './interactions/acts.ts';

import type { Act, ActResult } from './page/snapshot.ts';
import { findMessage, findView, type State } from './state.ts';

export async function perform(state: State, person: Person, act: Act): Promise<ActResult> {
  switch (act.act) {
    case 'click': {
      const where = 'viewId' in act.where ? viewOf(state, act.where.viewId) : act.where;
      const options = {
        ...(act.value === undefined ? {} : { value: act.value }),
        ...(act.values === undefined ? {} : { values: act.values }),
      };
      return told(await person.click(where, act.action, options));
    }
    case 'submit': {
      const outcome = await person.submit(viewOf(state, act.viewId), act.values);
      return { ...told(outcome), ok: outcome.acked || !outcome.sent, errors: outcome.errors };
    }
    case 'close':
      await person.closeModal(viewOf(state, act.viewId), { all: act.all === true });
      return { ok: true };
    case 'home':
      await person.openHome();
      return { ok: true };
    case 'command':
      return told(await person.command(act.line, act.channel));
    case 'shortcut':
      return told(
        await person.shortcut(act.callbackId, act.message && findMessage(state, act.message.channel, act.message.ts)),
      );
    case 'say':
      await person.say(act.channel, act.text, act.threadTs);
      return { ok: true };
    default:
      return act satisfies never;
  }
}

function told(delivery: { readonly acked: boolean; readonly failure?: string }): ActResult {
  return { ok: delivery.acked, ...(delivery.failure ? { failure: delivery.failure } : {}) };
}

function viewOf(state: State, viewId: string): View {
  const view = findView(state, viewId);
  if (!view) throw new Error('This view is no longer open.');
  return view;
}
