// Draws rich_text blocks, whose text is never parsed.
import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { emojiFor } from './emoji.ts';
import { Broadcast, ChannelMention, DateText, Emoji, Link, UsergroupMention, UserMention } from './text.ts';

type Style = Readonly<Record<'bold' | 'italic' | 'strike' | 'code' | 'underline', boolean | undefined>>;
type Piece = {
  readonly type: string;
  readonly style?: Partial<Style> | 'bullet' | 'ordered';
  readonly elements?: readonly Piece[];
  readonly text?: string;
  readonly url?: string;
  readonly name?: string;
  readonly unicode?: string;
  readonly user_id?: string;
  readonly usergroup_id?: string;
  readonly channel_id?: string;
  readonly range?: string;
  readonly value?: string;
  readonly timestamp?: number;
  readonly format?: string;
  readonly fallback?: string;
  readonly indent?: number;
  readonly offset?: number;
};

function bare(piece: Piece): ComponentChildren {
  switch (piece.type) {
    case 'text':
      return piece.text ?? '';
    case 'link':
      return html`<${Link} url=${piece.url ?? ''}>${piece.text || piece.url}<//>`;
    case 'emoji':
      return emojiFor(piece.name ?? '') ? html`<${Emoji} name=${piece.name} />` : fromUnicode(piece);
    case 'user':
      return html`<${UserMention} id=${piece.user_id} />`;
    case 'usergroup':
      return html`<${UsergroupMention} id=${piece.usergroup_id} />`;
    case 'channel':
      return html`<${ChannelMention} id=${piece.channel_id} />`;
    case 'broadcast':
      return html`<${Broadcast} range=${piece.range} />`;
    case 'color':
      return html`<span class="swatch" style=${{ background: piece.value ?? 'none' }}></span><span>${piece.value}</span>`;
    case 'date':
      return html`<${DateText} timestampS=${piece.timestamp ?? 0} format=${piece.format ?? ''}
        fallback=${piece.fallback ?? ''} link=${piece.url} />`;
    default:
      return '';
  }
}

function fromUnicode(piece: Piece): string {
  const points = (piece.unicode ?? '').split('-').map(point => Number.parseInt(point, 16));
  return points.every(point => point > 0) ? String.fromCodePoint(...points) : `:${piece.name ?? ''}:`;
}

function inline(piece: Piece, key: number): VNode {
  const style = typeof piece.style === 'object' ? piece.style : {};
  let drawn = bare(piece);
  if (style.code) drawn = html`<code>${drawn}</code>`;
  if (style.bold) drawn = html`<b>${drawn}</b>`;
  if (style.italic) drawn = html`<i>${drawn}</i>`;
  if (style.strike) drawn = html`<s>${drawn}</s>`;
  if (style.underline) drawn = html`<u>${drawn}</u>`;
  return html`<span key=${key}>${drawn}</span>`;
}

function part(piece: Piece, key: number): VNode {
  const elements = piece.elements ?? [];
  switch (piece.type) {
    case 'rich_text_list': {
      const tag = piece.style === 'ordered' ? 'ol' : 'ul';
      const start = piece.style === 'ordered' ? (piece.offset ?? 0) + 1 : undefined;
      return html`<${tag} key=${key} start=${start} class=${`rt-list rt-indent-${piece.indent ?? 0}`}>
        ${elements.map((item, at) => html`<li key=${at}>${(item.elements ?? []).map(inline)}</li>`)}
      <//>`;
    }
    case 'rich_text_quote':
      return html`<blockquote key=${key} class="rt-text">${elements.map(inline)}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre key=${key}>${elements.map(inline)}</pre>`;
    default:
      return html`<div key=${key} class="rt-text">${elements.map(inline)}</div>`;
  }
}

export function RichText({ block }: { readonly block: { readonly elements?: unknown } }): VNode {
  const elements = Array.isArray(block.elements) ? (block.elements as readonly Piece[]) : [];
  return html`<div class="rich-text">${elements.map(part)}</div>`;
}
