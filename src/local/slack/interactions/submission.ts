// What the app's answer to a submitted modal does to the modal: close, errors, update, push or clear.
import type { View } from '../entities.ts';
import type { State } from '../state.ts';
import { clearModals, closeModal, pushModal, replaceView, showErrors } from '../views.ts';
import { readView } from '../web-api/views.ts';
import { elementsIn } from './elements.ts';

export type SubmitOutcome = {
  readonly responseAction: 'close' | 'errors' | 'update' | 'push' | 'clear' | 'none';
  readonly errors: Readonly<Record<string, string>>;
  /** Why Slack could not use the answer; the person sees "We had some trouble connecting". */
  readonly failure?: string;
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failed(failure: string): SubmitOutcome {
  return { responseAction: 'none', errors: {}, failure };
}

export function applySubmission(state: State, view: View, response: unknown): SubmitOutcome {
  const answer = isRecord(response) ? response : {};
  const action = answer.response_action;
  switch (action) {
    case undefined:
      closeModal(state, view);
      return { responseAction: 'close', errors: {} };
    case 'clear':
      clearModals(state, view.user);
      return { responseAction: 'clear', errors: {} };
    case 'errors':
      return applyErrors(state, view, answer.errors);
    case 'update':
    case 'push':
      return applyView(state, view, action, answer.view);
    default:
      return failed(`unknown response_action "${String(action)}"`);
  }
}

function applyErrors(state: State, view: View, given: unknown): SubmitOutcome {
  if (!isRecord(given) || Object.keys(given).length === 0) return failed('response_action errors without errors');
  const inputs = new Set(elementsIn(view.blocks).flatMap(element => (element.input ? [element.block_id] : [])));
  const stray = Object.keys(given).find(blockId => !inputs.has(blockId));
  if (stray !== undefined) return failed(`"${stray}" is not an input block of this modal`);
  const errors = Object.fromEntries(Object.entries(given).map(([blockId, message]) => [blockId, String(message)]));
  showErrors(state, view, errors);
  return { responseAction: 'errors', errors };
}

function applyView(state: State, view: View, action: 'update' | 'push', given: unknown): SubmitOutcome {
  const read = readView(state, given, 'modal', action === 'update' ? view : undefined);
  if ('refusal' in read)
    return failed(`${read.refusal.error}: ${JSON.stringify(read.refusal.response_metadata ?? {})}`);
  if (action === 'update') {
    replaceView(state, view, read.draft);
    return { responseAction: 'update', errors: {} };
  }
  const pushed = pushModal(state, view.user, read.draft);
  return 'error' in pushed ? failed(pushed.error) : { responseAction: 'push', errors: {} };
}
