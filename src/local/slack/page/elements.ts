// Draws what can be pressed: buttons with their busy and warning states, and menus.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Confirmation, ConfirmDialog } from './confirm.ts';
import { Field, type FieldElement } from './fields.ts';
import { Icon } from './icons.ts';
import { Text, type TextObject } from './text.ts';
import { useSurface } from './world.ts';

export type Element = FieldElement & {
  readonly text?: TextObject;
  readonly style?: string;
  readonly value?: string;
  readonly url?: string;
  readonly confirm?: Confirmation;
  readonly accessibility_label?: string;
  readonly image_url?: string;
  readonly alt_text?: string;
};

/** How long the warning stays, so that a person notices it. */
const WARNING_MS = 8_000;

/** Sends a press and tells how it went: waiting, refused, or nothing to say. */
export function usePress(actionKey: string) {
  const surface = useSurface();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );

  async function press(value?: string | readonly string[]): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    const result = await surface.press(actionKey, value);
    if (isGone.current) return;
    setBusy(false);
    if (result.ok) return;
    setFailure(wordsFor(result.failure));
    setTimeout(() => !isGone.current && setFailure(undefined), WARNING_MS);
  }
  return { press, isBusy, failure };
}

function wordsFor(failure: string | undefined): string {
  if (failure === 'timeout') return 'The app did not answer within 3 seconds.';
  if (failure === 'no_connection' || failure === 'connection_failed') return 'The app is not connected.';
  return failure?.startsWith('http_')
    ? `The app answered with an error (${failure.slice(5)}).`
    : (failure ?? 'The app did not answer.');
}

export function Warning({ text }: { readonly text: string | undefined }): VNode {
  if (!text) return html``;
  return html`<span class="warning" role="alert" title=${text}><${Icon} name="warning" size=${17} /><span class="warning-text">${text}</span></span>`;
}

function Button({ element, actionKey }: { readonly element: Element; readonly actionKey: string }): VNode {
  const { press, isBusy, failure } = usePress(actionKey);
  const [isAsking, setAsking] = useState(false);
  const style = element.style === 'primary' ? 'button-primary' : element.style === 'danger' ? 'button-danger' : '';
  const go = (): void => {
    if (element.url && /^https?:/i.test(element.url)) window.open(element.url, '_blank', 'noopener,noreferrer');
    void press();
  };
  return html`<span class="pressable">
    <button type="button" class=${`button ${style} ${isBusy ? 'is-busy' : ''}`} data-action=${element.action_id}
      aria-label=${element.accessibility_label} aria-busy=${isBusy} disabled=${isBusy}
      onClick=${() => (element.confirm ? setAsking(true) : go())}>
      <span class="button-label"><${Text} of=${element.text} /></span>
      ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : null}
    </button>
    <${Warning} text=${failure} />
    ${
      isAsking && element.confirm
        ? html`<${ConfirmDialog} of=${element.confirm} onAnswer=${(isSure: boolean) => {
            setAsking(false);
            if (isSure) go();
          }} />`
        : null
    }
  </span>`;
}

/** In a message or Home tab a menu sends its choice at once. */
function Menu({ element, actionKey }: { readonly element: Element; readonly actionKey: string }): VNode {
  const { press, isBusy, failure } = usePress(actionKey);
  return html`<span class=${`pressable ${isBusy ? 'is-busy' : ''}`}>
    <${Field} element=${element} label=${element.placeholder?.text ?? 'Choose'} value=${undefined}
      onEnter=${(value: string | readonly string[]) => void press(value)} isCompact=${true} />
    ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : null}
    <${Warning} text=${failure} />
  </span>`;
}

export function Interactive({ element, blockId }: { readonly element: Element; readonly blockId: string }): VNode {
  const surface = useSurface();
  const actionKey = `${blockId}/${element.action_id ?? ''}`;
  if (element.type === 'button' || element.type === 'workflow_button' || element.type === 'icon_button') {
    return html`<${Button} element=${element} actionKey=${actionKey} />`;
  }
  if (element.type === 'image') {
    return html`<img class="accessory-image" src=${element.image_url} alt=${element.alt_text ?? ''} />`;
  }
  if (element.type === 'checkboxes' || element.type === 'radio_buttons') {
    return html`<${Field} element=${element} label="Choices" value=${surface.values[actionKey]}
      onEnter=${(value: string | readonly string[]) => {
        surface.enter(actionKey, value);
        void surface.press(actionKey, value);
      }} />`;
  }
  return html`<${Menu} element=${element} actionKey=${actionKey} />`;
}
