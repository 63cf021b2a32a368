// An open modal: its blocks, what is entered, its errors, and the way out.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OpenView } from '../entities.ts';
import { Blocks } from './blocks.ts';
import { Icon } from './icons.ts';
import type { Values } from './snapshot.ts';
import { Plain } from './text.ts';
import { type Surface, SurfaceContext, useWorld } from './world.ts';

const TROUBLE = 'We had some trouble connecting. Try again?';

export function Modal({ view, depth }: { readonly view: OpenView; readonly depth: number }): VNode {
  const { act, snapshot } = useWorld();
  const dialog = useRef<HTMLDialogElement>(null);
  const [values, setValues] = useState<Values>({});
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);

  const surface: Surface = {
    press: (action, value) =>
      act({ act: 'click', where: { viewId: view.id }, action, values, ...(value === undefined ? {} : { value }) }),
    values,
    enter: (key, value) => setValues(before => ({ ...before, [key]: value })),
    errors: view.errors,
  };

  async function submit(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setFailure('');
    const result = await act({ act: 'submit', viewId: view.id, values });
    setBusy(false);
    if (!result.ok) setFailure(TROUBLE);
  }

  const close = (all: boolean): void => void act({ act: 'close', viewId: view.id, all });
  const title = `modal-${view.id}`;
  return html`<dialog ref=${dialog} class="dialog modal" aria-labelledby=${title} aria-busy=${isBusy}
      onCancel=${(event: Event) => {
        event.preventDefault();
        close(false);
      }}>
    <form onSubmit=${(event: Event) => {
      event.preventDefault();
      void submit();
    }}>
      <header class="modal-head">
        <span class="modal-app" aria-hidden="true">${snapshot.app.name.slice(0, 1)}</span>
        <h2 id=${title}><${Plain} text=${view.title?.text ?? ''} /></h2>
        <button type="button" class="icon-button" aria-label="Close" onClick=${() => close(true)}><${Icon} name="close" /></button>
      </header>
      ${failure ? html`<p class="modal-failure" role="alert"><${Icon} name="warning" size=${16} />${failure}</p>` : null}
      <div class="modal-body"><${SurfaceContext.Provider} value=${surface}><${Blocks} blocks=${view.blocks} /><//></div>
      <footer>
        <button type="button" class="button" onClick=${() => close(false)}>
          ${view.close ? html`<${Plain} text=${view.close.text} />` : depth > 0 ? 'Back' : 'Close'}
        </button>
        ${
          view.submit
            ? html`<button type="submit" class=${`button button-primary ${isBusy ? 'is-busy' : ''}`} disabled=${isBusy}>
              <span class="button-label"><${Plain} text=${view.submit.text} /></span>
              ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : null}
            </button>`
            : null
        }
      </footer>
    </form>
  </dialog>`;
}
