// The thread pane: a message and everything said below it.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Composer } from './composer.ts';
import { Icon } from './icons.ts';
import { EphemeralRow, MessageRow } from './message.ts';
import { Scroller } from './pane.ts';
import type { ListedChannel } from './snapshot.ts';
import { useWorld } from './world.ts';

export function Thread({ channel, ts }: { readonly channel: ListedChannel; readonly ts: string }): VNode {
  const { snapshot, openThread } = useWorld();
  const messages = snapshot.messages[channel.id] ?? [];
  const parent = messages.find(message => message.ts === ts);
  const replies = messages.filter(message => message.thread_ts === ts && message.ts !== ts);
  const hidden = snapshot.ephemerals.filter(one => one.channel === channel.id && one.thread_ts === ts);
  return html`<aside class="thread" aria-label="Thread">
    <header class="pane-head">
      <div class="pane-title"><h1>Thread</h1><span class="pane-topic">${channel.kind === 'dm' ? channel.name : `#${channel.name}`}</span></div>
      <button type="button" class="icon-button" aria-label="Close the thread" onClick=${() => openThread(undefined)}><${Icon} name="close" /></button>
    </header>
    <${Scroller} channelId=${ts} newest=${replies.at(-1)?.ts ?? ''}>
      ${
        parent
          ? html`<${MessageRow} message=${parent} isContinued=${false} replies=${[]} isInThread=${true} />`
          : html`<p class="thread-gone">This message was deleted.</p>`
      }
      ${
        replies.length > 0
          ? html`<div class="day day-left" role="separator"><span>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</span></div>`
          : html`<p class="thread-none">No replies yet.</p>`
      }
      ${replies.map(reply => html`<${MessageRow} key=${reply.ts} message=${reply} isContinued=${false} replies=${[]} isInThread=${true} />`)}
      ${hidden.map(one => html`<${EphemeralRow} key=${one.ts} message=${one} />`)}
    <//>
    <${Composer} key=${ts} channel=${channel} threadTs=${ts} />
  </aside>`;
}
