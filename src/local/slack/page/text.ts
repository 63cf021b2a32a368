// Draws text: plain, mrkdwn, mentions, dates, links. Everything becomes nodes, never HTML.
import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { formatDate, fullTimeOf } from './dates.ts';
import { emojiFor } from './emoji.ts';
import { type Inline, parseMrkdwn } from './mrkdwn.ts';
import { useWorld } from './world.ts';

export type TextObject = {
  readonly type?: string;
  readonly text?: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
};

export function Emoji({ name }: { readonly name: string }): VNode {
  const sign = emojiFor(name);
  return sign ? html`<span class="emoji" role="img" aria-label=${name}>${sign}</span>` : html`<span>:${name}:</span>`;
}

/** Only addresses that lead somewhere harmless become links. */
export function Link({ url, children }: { readonly url: string; readonly children?: ComponentChildren }): VNode {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return html`<span>${children}</span>`;
  return html`<a href=${url} target="_blank" rel="noreferrer noopener">${children}</a>`;
}

export function UserMention({ id, label }: { readonly id: string; readonly label?: string }): VNode {
  const { snapshot } = useWorld();
  const user = snapshot.users[id];
  const isMe = id === snapshot.me.id;
  const title = user ? `${user.real_name}${user.title ? ` · ${user.title}` : ''}` : id;
  return html`<span class=${`mention ${isMe ? 'mention-me' : ''}`} title=${title}>@${user?.display_name ?? label ?? id}</span>`;
}

export function ChannelMention({ id }: { readonly id: string }): VNode {
  const { snapshot, goTo } = useWorld();
  const name = snapshot.channelNames[id];
  if (!name) return html`<span class="mention">#private-channel</span>`;
  return html`<button type="button" class="mention mention-link" onClick=${() => goTo(id)}>#${name}</button>`;
}

export function UsergroupMention({ id, label }: { readonly id: string; readonly label?: string }): VNode {
  const handle = useWorld().snapshot.usergroups[id];
  return html`<span class="mention">${handle ? `@${handle}` : (label ?? `@${id}`)}</span>`;
}

export function Broadcast({ range }: { readonly range: string }): VNode {
  return html`<span class="mention mention-me">@${range}</span>`;
}

export function DateText(date: {
  readonly timestampS: number;
  readonly format: string;
  readonly fallback: string;
  readonly link?: string;
}): VNode {
  const shown = formatDate(date.timestampS, date.format, date.fallback);
  const time = html`<time datetime=${new Date(date.timestampS * 1000).toISOString()} title=${fullTimeOf(String(date.timestampS))}>${shown}</time>`;
  return date.link ? html`<${Link} url=${date.link}>${time}<//>` : time;
}

function draw(node: Inline, key: number): VNode {
  switch (node.kind) {
    case 'text':
      return html`${node.text}`;
    case 'break':
      return html`<br key=${key} />`;
    case 'bold':
      return html`<b key=${key}>${node.children.map(draw)}</b>`;
    case 'italic':
      return html`<i key=${key}>${node.children.map(draw)}</i>`;
    case 'strike':
      return html`<s key=${key}>${node.children.map(draw)}</s>`;
    case 'quote':
      return html`<blockquote key=${key}>${node.children.map(draw)}</blockquote>`;
    case 'code':
      return html`<code key=${key}>${node.text}</code>`;
    case 'pre':
      return html`<pre key=${key}>${node.text}</pre>`;
    case 'link':
      return html`<${Link} key=${key} url=${node.url}>${node.label}<//>`;
    case 'user':
      return html`<${UserMention} key=${key} id=${node.id} label=${node.label} />`;
    case 'channel':
      return html`<${ChannelMention} key=${key} id=${node.id} />`;
    case 'usergroup':
      return html`<${UsergroupMention} key=${key} id=${node.id} label=${node.label} />`;
    case 'broadcast':
      return html`<${Broadcast} key=${key} range=${node.range} />`;
    case 'date':
      return html`<${DateText} key=${key} ...${node} />`;
    case 'emoji':
      return html`<${Emoji} key=${key} name=${node.name} />`;
    default:
      return node satisfies never;
  }
}

export function Mrkdwn({ text, verbatim = false }: { readonly text: string; readonly verbatim?: boolean }): VNode {
  return html`${parseMrkdwn(text, { verbatim }).map(draw)}`;
}

/** plain_text knows emoji names (unless told not to) and line breaks, and nothing else. */
export function Plain({ text, emoji = true }: { readonly text: string; readonly emoji?: boolean }): VNode {
  const pieces = emoji ? text.split(/(:[a-z0-9_+'-]+:)/) : [text];
  return html`<span class="plain">${pieces.map((piece, index) => {
    const name = emoji && /^:[a-z0-9_+'-]+:$/.test(piece) ? piece.slice(1, -1) : undefined;
    return name ? html`<${Emoji} key=${index} name=${name} />` : piece;
  })}</span>`;
}

export function Text({ of }: { readonly of: TextObject | undefined }): VNode {
  if (!of?.text) return html``;
  return of.type === 'mrkdwn'
    ? html`<${Mrkdwn} text=${of.text} verbatim=${of.verbatim === true} />`
    : html`<${Plain} text=${of.text} emoji=${of.emoji !== false} />`;
}
