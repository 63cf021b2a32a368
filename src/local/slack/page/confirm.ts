// The dialog that asks "are you sure?" before a click is sent.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Text, type TextObject } from './text.ts';

export type Confirmation = {
  readonly title?: TextObject;
  readonly text?: TextObject;
  readonly confirm?: TextObject;
  readonly deny?: TextObject;
  readonly style?: string;
};

export function ConfirmDialog(props: {
  readonly of: Confirmation;
  readonly onAnswer: (isSure: boolean) => void;
}): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { of, onAnswer } = props;
  return html`<dialog ref=${dialog} class="dialog confirm" aria-labelledby="confirm-title"
      onCancel=${(event: Event) => {
        event.preventDefault();
        onAnswer(false);
      }}>
    <h2 id="confirm-title"><${Text} of=${of.title ?? { text: 'Are you sure?' }} /></h2>
    <p><${Text} of=${of.text} /></p>
    <footer>
      <button type="button" class="button" onClick=${() => onAnswer(false)}>
        <${Text} of=${of.deny ?? { text: 'Cancel' }} />
      </button>
      <button type="button" class=${`button ${of.style === 'danger' ? 'button-danger-solid' : 'button-primary'}`}
        onClick=${() => onAnswer(true)}><${Text} of=${of.confirm ?? { text: 'Yes' }} /></button>
    </footer>
  </dialog>`;
}
