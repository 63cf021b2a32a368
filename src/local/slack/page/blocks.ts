// Draws every block an app of this kind uses.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { Block } from '../entities.ts';
import { type Element, Interactive } from './elements.ts';
import { Field } from './fields.ts';
import { Icon } from './icons.ts';
import { RichText } from './rich-text.ts';
import { Mrkdwn, Text, type TextObject } from './text.ts';
import { useSurface } from './world.ts';

type Any = Block & {
  readonly text?: TextObject | string;
  readonly fields?: readonly TextObject[];
  readonly accessory?: Element;
  readonly elements?: readonly (Element & TextObject)[];
  readonly element?: Element;
  readonly label?: TextObject;
  readonly hint?: TextObject;
  readonly optional?: boolean;
  readonly title?: TextObject;
  readonly subtitle?: TextObject;
  readonly body?: TextObject;
  readonly actions?: readonly Element[];
  readonly image_url?: string;
  readonly alt_text?: string;
  readonly level?: string;
  readonly rows?: readonly (readonly { readonly type: string; readonly text?: string }[])[];
  readonly column_settings?: readonly { readonly align?: string }[];
  readonly child_blocks?: readonly Block[];
};

const objectText = (block: Any): TextObject | undefined => (typeof block.text === 'object' ? block.text : undefined);

function Section({ block }: { readonly block: Any }): VNode {
  const id = block.block_id ?? '';
  return html`<div class="block-section">
    <div class="section-body">
      ${block.text ? html`<div class="section-text"><${Text} of=${objectText(block)} /></div>` : null}
      ${
        block.fields
          ? html`<div class="section-fields">${block.fields.map(
              (field, at) => html`<div class="section-field" key=${at}><${Text} of=${field} /></div>`,
            )}</div>`
          : null
      }
    </div>
    ${block.accessory ? html`<div class="section-accessory"><${Interactive} element=${block.accessory} blockId=${id} /></div>` : null}
  </div>`;
}

function ContextBlock({ block }: { readonly block: Any }): VNode {
  return html`<div class="block-context">${(block.elements ?? []).map((element, at) =>
    element.type === 'image'
      ? html`<img key=${at} src=${element.image_url} alt=${element.alt_text ?? ''} />`
      : html`<span class="context-text" key=${at}><${Text} of=${element} /></span>`,
  )}</div>`;
}

function ImageBlock({ block }: { readonly block: Any }): VNode {
  return html`<figure class="block-image">
    ${block.title ? html`<figcaption><${Text} of=${block.title} /></figcaption>` : null}
    <img src=${block.image_url} alt=${block.alt_text ?? ''} />
  </figure>`;
}

function InputBlock({ block }: { readonly block: Any }): VNode {
  const surface = useSurface();
  const id = block.block_id ?? '';
  const error = surface.errors[id];
  if (!block.element) return html``;
  const key = `${id}/${block.element.action_id ?? ''}`;
  const note = `note-${id}`;
  return html`<div class=${`block-input ${error ? 'has-error' : ''}`}>
    <div class="input-label"><${Text} of=${block.label} />${block.optional ? html`<span class="optional"> (optional)</span>` : null}</div>
    <${Field} element=${block.element} label=${block.label?.text ?? ''} value=${surface.values[key]} describedBy=${note}
      onEnter=${(value: string | readonly string[]) => surface.enter(key, value)} />
    <div id=${note}>
      ${error ? html`<p class="input-error" role="alert"><${Icon} name="warning" size=${15} />${error}</p>` : null}
      ${block.hint ? html`<p class="input-hint"><${Text} of=${block.hint} /></p>` : null}
    </div>
  </div>`;
}

function TableBlock({ block }: { readonly block: Any }): VNode {
  const align = (at: number): string => `align-${block.column_settings?.[at]?.align ?? 'left'}`;
  return html`<div class="table-scroll"><table class="block-table"><tbody>${(block.rows ?? []).map(
    (row, rowAt) =>
      html`<tr key=${rowAt}>${row.map((cell, at) => {
        const content = cell.type === 'rich_text' ? html`<${RichText} block=${cell} />` : cell.text;
        return rowAt === 0
          ? html`<th key=${at} scope="col" class=${align(at)}>${content}</th>`
          : html`<td key=${at} class=${align(at)}>${content}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

function CardBlock({ block }: { readonly block: Any }): VNode {
  return html`<div class="block-card">
    ${block.title ? html`<b><${Text} of=${block.title} /></b>` : null}
    ${block.subtitle ? html`<div class="context-text"><${Text} of=${block.subtitle} /></div>` : null}
    ${block.body ? html`<div><${Text} of=${block.body} /></div>` : null}
    <div class="block-actions">${(block.actions ?? []).map(
      (element, at) => html`<${Interactive} key=${at} element=${element} blockId=${block.block_id ?? ''} />`,
    )}</div>
  </div>`;
}

/** The few signs of standard Markdown that differ from mrkdwn. */
function fromMarkdown(text: string): string {
  return text
    .replace(/^#{1,6}\s+(.*)$/gm, '**$1**')
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>')
    .replace(/\*\*([^*\n]+)\*\*/g, '*$1*')
    .replace(/~~([^~\n]+)~~/g, '~$1~')
    .replace(/^(\s*)[-*]\s+/gm, '$1• ');
}

function One({ block }: { readonly block: Any }): VNode {
  switch (block.type) {
    case 'header':
      return html`<h3 class="block-header"><${Text} of=${objectText(block)} /></h3>`;
    case 'section':
      return html`<${Section} block=${block} />`;
    case 'context':
      return html`<${ContextBlock} block=${block} />`;
    case 'divider':
      return html`<hr class="block-divider" />`;
    case 'actions':
      return html`<div class="block-actions">${(block.elements ?? []).map(
        (element, at) =>
          html`<${Interactive} key=${element.action_id ?? at} element=${element} blockId=${block.block_id ?? ''} />`,
      )}</div>`;
    case 'rich_text':
      return html`<${RichText} block=${block} />`;
    case 'image':
      return html`<${ImageBlock} block=${block} />`;
    case 'input':
      return html`<${InputBlock} block=${block} />`;
    case 'alert':
      return html`<div class=${`block-alert alert-${block.level ?? 'default'}`} role="note">
        <${Icon} name=${block.level === 'warning' || block.level === 'error' ? 'warning' : 'info'} />
        <div><${Text} of=${objectText(block)} /></div></div>`;
    case 'markdown':
      return html`<div class="section-text"><${Mrkdwn} text=${fromMarkdown(String(block.text ?? ''))} /></div>`;
    case 'table':
    case 'data_table':
      return html`<${TableBlock} block=${block} />`;
    case 'card':
      return html`<${CardBlock} block=${block} />`;
    case 'carousel':
      return html`<div class="block-carousel"><${Blocks} blocks=${block.elements ?? []} /></div>`;
    case 'container':
      return html`<div class="block-card">${block.title ? html`<b><${Text} of=${block.title} /></b>` : null}
        <${Blocks} blocks=${block.child_blocks ?? []} /></div>`;
    default:
      return html`<p class="block-unknown">This page does not draw “${block.type}” blocks.</p>`;
  }
}

export function Blocks({ blocks }: { readonly blocks: readonly Block[] }): VNode {
  return html`<div class="blocks">${blocks.map((block, at) => html`<${One} key=${block.type + at} block=${block} />`)}</div>`;
}
