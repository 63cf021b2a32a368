// Judges a modal or Home tab as a whole.
import { below, type Check, flag, isShape, object, oneOf, optional, type Place, report, text } from './checks.ts';
import { ID_LENGTH, VIEW_LIMITS } from './limits.ts';
import { checkBlocks, problemsOf } from './message.ts';
import type { Problem } from './problems.ts';
import { plainText } from './text-objects.ts';

const shared = {
  blocks: checkBlocks as Check,
  callback_id: optional(text(0, ID_LENGTH)),
  private_metadata: optional(text(0, VIEW_LIMITS.privateMetadata)),
  external_id: optional(text(0, ID_LENGTH)),
};

const kinds = {
  modal: object({
    ...shared,
    type: oneOf('modal'),
    title: plainText(VIEW_LIMITS.title),
    submit: optional(plainText(VIEW_LIMITS.title)),
    close: optional(plainText(VIEW_LIMITS.title)),
    clear_on_close: optional(flag),
    notify_on_close: optional(flag),
    submit_disabled: optional(flag),
  }),
  home: object({ ...shared, type: oneOf('home') }),
} as const;

function checkSubmit(view: unknown, place: Place): void {
  if (!isShape(view) || !Array.isArray(view.blocks)) return;
  const hasInput = view.blocks.some(block => isShape(block) && block.type === 'input');
  if (hasInput && view.submit === undefined) {
    report(below(place, 'submit'), 'missing_field', 'must provide a submit button when there is an input block');
  }
}

export function validateView(view: unknown, type: 'modal' | 'home'): readonly Problem[] {
  return problemsOf(type, '/view', place => {
    kinds[type](view, place);
    if (type === 'modal') checkSubmit(view, place);
  });
}
