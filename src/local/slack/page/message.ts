// Draws one message: who, when, what it says, what can be pressed, and the thread below it.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Ephemeral, Message } from '../entities.ts';
import { Avatar } from './avatar.ts';
import { Blocks } from './blocks.ts';
import { agoOf, fullTimeOf, timeOf } from './dates.ts';
import { Icon } from './icons.ts';
import type { Values } from './snapshot.ts';
import { Emoji, Mrkdwn } from './text.ts';
import { type Surface, SurfaceContext, useWorld } from './world.ts';

function useMessageSurface(message: Message | Ephemeral): Surface {
  const { act } = useWorld();
  const [values, setValues] = useState<Values>({});
  const where = { channel: message.channel, ts: message.ts };
  return {
    press: (action, value) => act({ act: 'click', where, action, values, ...(value === undefined ? {} : { value }) }),
    values,
    enter: (key, value) => setValues(before => ({ ...before, [key]: value })),
    errors: {},
  };
}

function colorOf(color: string | undefined): string {
  const named: Readonly<Record<string, string>> = { good: '#2f9e6e', warning: '#d69a1f', danger: '#c2334d' };
  const value = color ?? '';
  return named[value] ?? (/^#?[0-9a-f]{6}$/i.test(value) ? `#${value.replace('#', '')}` : 'var(--line-strong)');
}

export function Content({ message }: { readonly message: Message | Ephemeral }): VNode {
  const surface = useMessageSurface(message);
  const hasBlocks = message.blocks.length > 0;
  const isShown = hasBlocks || message.attachments.length === 0 || message.text !== '';
  const edited =
    'edited' in message && message.edited
      ? html`<span class="edited" title=${fullTimeOf(message.edited.ts)}>(edited)</span>`
      : null;
  return html`<${SurfaceContext.Provider} value=${surface}>
    ${
      isShown
        ? hasBlocks
          ? html`<${Blocks} blocks=${message.blocks} />`
          : html`<div class="section-text"><${Mrkdwn} text=${message.text} /> ${edited}</div>`
        : null
    }
    ${message.attachments.map(
      (attachment, at) => html`<div class="attachment" key=${at}>
        <span class="attachment-bar" style=${{ background: colorOf(attachment.color) }}></span>
        <div class="attachment-body">
          ${attachment.blocks ? html`<${Blocks} blocks=${attachment.blocks} />` : html`<div class="section-text"><${Mrkdwn} text=${String(attachment.text ?? attachment.fallback ?? '')} /></div>`}
        </div>
      </div>`,
    )}
    ${hasBlocks && edited ? html`<div>${edited}</div>` : null}
  <//>`;
}

export type MessageProps = {
  readonly message: Message;
  readonly isContinued: boolean;
  readonly replies: readonly Message[];
  readonly isInThread?: boolean;
};

export function MessageRow({ message, isContinued, replies, isInThread }: MessageProps): VNode {
  const { act, snapshot, openThread } = useWorld();
  const author = snapshot.users[message.user];
  return html`<article class=${`message ${isContinued ? 'is-continued' : ''}`} data-ts=${message.ts}
      aria-label=${`${author?.real_name ?? message.user}, ${timeOf(message.ts)}`}>
    <div class="message-gutter">
      ${isContinued ? html`<time class="message-time-quiet" title=${fullTimeOf(message.ts)}>${timeOf(message.ts)}</time>` : html`<${Avatar} user=${author} />`}
    </div>
    <div class="message-main">
      ${
        isContinued
          ? null
          : html`<header class="message-head">
            <b class="message-author">${message.bot_id ? snapshot.app.name : (author?.display_name ?? message.user)}</b>
            ${message.bot_id ? html`<span class="badge-app">APP</span>` : null}
            <time class="message-time" title=${fullTimeOf(message.ts)}>${timeOf(message.ts)}</time>
          </header>`
      }
      <${Content} message=${message} />
      ${
        message.reactions.length > 0
          ? html`<div class="reactions">${message.reactions.map(
              one =>
                html`<span class="reaction" key=${one.name}><${Emoji} name=${one.name} /> ${one.users.length}</span>`,
            )}</div>`
          : null
      }
      ${!isInThread && replies.length > 0 ? html`<${ThreadSummary} ts=${message.ts} replies=${replies} />` : null}
    </div>
    ${
      isInThread
        ? null
        : html`<div class="message-tools">${snapshot.hints.messageShortcuts.map(
            one => html`<button type="button" class="icon-button" key=${one.callback_id} title=${one.name} aria-label=${one.name}
              onClick=${() => void act({ act: 'shortcut', callbackId: one.callback_id, message: { channel: message.channel, ts: message.ts } })}><${Icon} name="bolt" /></button>`,
          )}<button type="button" class="icon-button" title="Reply in thread" aria-label="Reply in thread"
          onClick=${() => openThread(message.ts)}><${Icon} name="thread" /></button></div>`
    }
  </article>`;
}

function ThreadSummary({ ts, replies }: { readonly ts: string; readonly replies: readonly Message[] }): VNode {
  const { snapshot, openThread } = useWorld();
  const people = [...new Set(replies.map(reply => reply.user))].slice(0, 4);
  const last = replies.at(-1);
  return html`<button type="button" class="thread-summary" onClick=${() => openThread(ts)}>
    <span class="thread-faces">${people.map(id => html`<${Avatar} key=${id} user=${snapshot.users[id]} size=${22} />`)}</span>
    <span class="thread-count">${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</span>
    ${last ? html`<span class="thread-last">Last reply ${agoOf(last.ts)}</span>` : null}
  </button>`;
}

/** Dismissed for as long as the tab is open, wherever one goes meanwhile. */
const dismissed = new Set<string>();

export function EphemeralRow({ message }: { readonly message: Ephemeral }): VNode {
  const { snapshot } = useWorld();
  const [isGone, setGone] = useState(dismissed.has(message.ts));
  if (isGone) return html``;
  const dismiss = (): void => {
    dismissed.add(message.ts);
    setGone(true);
  };
  const app = snapshot.users[snapshot.app.botUserId];
  return html`<article class="message is-ephemeral" data-ts=${message.ts} aria-label="Only visible to you">
    <p class="ephemeral-note"><${Icon} name="eye" size=${14} /> Only visible to you</p>
    <div class="message-gutter"><${Avatar} user=${app} /></div>
    <div class="message-main">
      <header class="message-head"><b class="message-author">${snapshot.app.name}</b><span class="badge-app">APP</span>
        <time class="message-time" title=${fullTimeOf(message.ts)}>${timeOf(message.ts)}</time></header>
      <${Content} message=${message} />
      <button type="button" class="link-button" onClick=${dismiss}>Dismiss message</button>
    </div>
  </article>`;
}
