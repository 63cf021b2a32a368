// The channel in the middle: its header, its messages by day, and the composer.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Ephemeral, Message } from '../entities.ts';
import { Composer } from './composer.ts';
import { dayOf } from './dates.ts';
import { Home } from './home.ts';
import { Icon } from './icons.ts';
import { EphemeralRow, MessageRow } from './message.ts';
import type { ListedChannel } from './snapshot.ts';
import { useWorld } from './world.ts';

/** Messages of one author within this time stand together under one name. */
const TOGETHER_S = 300;

type Row =
  | { readonly kind: 'day'; readonly key: string; readonly name: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly isContinued: boolean }
  | { readonly kind: 'ephemeral'; readonly key: string; readonly message: Ephemeral };

function isReply(message: Message | Ephemeral): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

function rowsOf(messages: readonly Message[], ephemerals: readonly Ephemeral[]): readonly Row[] {
  const all = [...messages, ...ephemerals].filter(one => !isReply(one)).sort((a, b) => Number(a.ts) - Number(b.ts));
  const rows: Row[] = [];
  let day = '';
  let before: Message | undefined;
  for (const message of all) {
    if (dayOf(message.ts) !== day) {
      day = dayOf(message.ts);
      before = undefined;
      rows.push({ kind: 'day', key: `day-${day}`, name: day });
    }
    if ('ephemeral' in message) {
      rows.push({ kind: 'ephemeral', key: `e${message.ts}`, message });
      before = undefined;
      continue;
    }
    const isContinued =
      before?.user === message.user && Number(message.ts) - Number(before.ts) < TOGETHER_S && !message.bot_id;
    rows.push({ kind: 'message', key: message.ts, message, isContinued });
    before = message;
  }
  return rows;
}

function Header({
  channel,
  tab,
  setTab,
}: {
  channel: ListedChannel;
  tab: string;
  setTab: (tab: 'home' | 'messages') => void;
}): VNode {
  const { snapshot } = useWorld();
  const sharing = {
    none: '',
    external: 'shared with another company',
    pending: 'invitation to another company open',
    org: 'shared across the enterprise',
  };
  const shared = sharing[channel.sharing];
  return html`<header class="pane-head">
    <div class="pane-title">
      ${channel.kind === 'dm' ? html`<span class=${`presence ${snapshot.isAppConnected ? 'is-on' : ''}`} aria-hidden="true"></span>` : html`<${Icon} name=${channel.kind === 'private' ? 'lock' : 'hash'} size=${19} />`}
      <h1>${channel.name}</h1>
      ${channel.kind === 'dm' ? html`<span class="badge-app">APP</span>` : null}
      ${shared ? html`<span class="flag"><${Icon} name="share" size=${13} /> ${shared}</span>` : null}
      ${channel.isArchived ? html`<span class="flag"><${Icon} name="archive" size=${13} /> archived</span>` : null}
      ${channel.kind !== 'dm' && channel.topic ? html`<span class="pane-topic">${channel.topic}</span>` : null}
    </div>
    ${
      channel.kind === 'dm'
        ? html`<div class="tabs" role="tablist">
          ${(['home', 'messages'] as const).map(
            name => html`<button type="button" role="tab" key=${name} class="tab" aria-selected=${tab === name}
              onClick=${() => setTab(name)}>${name === 'home' ? 'Home' : 'Messages'}</button>`,
          )}
        </div>`
        : html`<span class="pane-members" title="Members"><${Icon} name="people" size=${17} />${channel.memberCount}</span>`
    }
  </header>`;
}

export function Pane(props: {
  readonly channel: ListedChannel;
  readonly tab: 'home' | 'messages';
  readonly setTab: (tab: 'home' | 'messages') => void;
}): VNode {
  const { channel, tab, setTab } = props;
  const { snapshot } = useWorld();
  const messages = snapshot.messages[channel.id] ?? [];
  const ephemerals = snapshot.ephemerals.filter(one => one.channel === channel.id);
  const rows = rowsOf(messages, ephemerals);
  const isHome = channel.kind === 'dm' && tab === 'home';
  return html`<main class="pane" aria-label=${channel.name}>
    <${Header} channel=${channel} tab=${tab} setTab=${setTab} />
    ${
      isHome
        ? html`<${Home} />`
        : html`<${Scroller} channelId=${channel.id} newest=${rows.at(-1)?.key ?? ''}>
          ${rows.length === 0 ? html`<${EmptyChannel} channel=${channel} />` : null}
          ${rows.map(row => {
            if (row.kind === 'day')
              return html`<div class="day" key=${row.key} role="separator"><span>${row.name}</span></div>`;
            if (row.kind === 'ephemeral') return html`<${EphemeralRow} key=${row.key} message=${row.message} />`;
            const replies = messages.filter(one => isReply(one) && one.thread_ts === row.message.ts);
            return html`<${MessageRow} key=${row.key} message=${row.message} isContinued=${row.isContinued} replies=${replies} />`;
          })}
        <//>
        <${Composer} key=${channel.id} channel=${channel} />`
    }
  </main>`;
}

/** Stays at the newest message unless the reader has scrolled up. */
export function Scroller({
  channelId,
  newest,
  children,
}: {
  channelId: string;
  newest: string;
  children?: unknown;
}): VNode {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    isAtEnd.current = true;
  }, [channelId]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // A message that grows (an image, an opened card) must not push the end out of sight.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [newest]);
  const onScroll = (): void => {
    const element = box.current;
    if (element) isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
  };
  return html`<div class="scroller" ref=${box} onScroll=${onScroll} role="log" aria-live="polite" tabindex="0">
    <div class="scroller-inner">${children}</div>
  </div>`;
}

function EmptyChannel({ channel }: { readonly channel: ListedChannel }): VNode {
  const { snapshot } = useWorld();
  const isDm = channel.kind === 'dm';
  return html`<div class="empty">
    <span class="empty-sign"><${Icon} name=${isDm ? 'thread' : channel.kind === 'private' ? 'lock' : 'hash'} size=${26} /></span>
    <h2>${isDm ? `Nothing from ${snapshot.app.name} yet` : `Nothing has been said in #${channel.name}`}</h2>
    <p>${isDm ? 'What the app tells you alone appears here.' : channel.isArchived ? 'And nothing will be: it is archived.' : 'Messages appear here the moment they are posted.'}</p>
  </div>`;
}
