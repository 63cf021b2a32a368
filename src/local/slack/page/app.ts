// The page itself: who looks, at which channel and thread, kept in the address so that it can be shared.
import { html, render } from 'htm/preact';
import type { VNode } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Icon } from './icons.ts';
import { Modal } from './modal.ts';
import { Pane } from './pane.ts';
import { Sidebar } from './sidebar.ts';
import type { ListedChannel, Snapshot } from './snapshot.ts';
import { useLiveSnapshot } from './store.ts';
import { Switcher } from './switcher.ts';
import { Thread } from './thread.ts';
import { markRead } from './unread.ts';
import { WorldContext } from './world.ts';

type Route = { readonly user: string; readonly channel: string; readonly thread?: string; readonly tab?: string };

function readRoute(): Route {
  const query = new URLSearchParams(location.search);
  const permalink = /^\/archives\/([A-Z0-9]+)/.exec(location.pathname)?.[1];
  const thread = query.get('thread');
  const tab = query.get('tab');
  return {
    user: query.get('user') ?? '',
    channel: query.get('channel') ?? permalink ?? '',
    ...(thread ? { thread } : {}),
    ...(tab ? { tab } : {}),
  };
}

function addressOf(route: Route): string {
  const query = new URLSearchParams({ user: route.user, channel: route.channel });
  if (route.thread) query.set('thread', route.thread);
  if (route.tab) query.set('tab', route.tab);
  return `/?${query}`;
}

function channelOf(snapshot: Snapshot, wanted: string): ListedChannel | undefined {
  const { channels } = snapshot;
  const asked = channels.find(channel => channel.id === wanted || channel.name === wanted.replace(/^#/, ''));
  return (
    asked ?? channels.find(channel => channel.kind !== 'dm' && channel.isMember && !channel.isArchived) ?? channels[0]
  );
}

function App(): VNode {
  const [route, setRoute] = useState<Route>(readRoute);
  const { snapshot, isConnected, act } = useLiveSnapshot(route.user);
  const [isSideOpen, setSideOpen] = useState(false);

  const navigate = useCallback((change: Partial<Route>, base: Route) => {
    const { thread: _thread, tab: _tab, ...kept } = base;
    const next = { ...kept, ...change };
    history.pushState(null, '', addressOf(next));
    setRoute(next);
    setSideOpen(false);
  }, []);
  useEffect(() => {
    const back = (): void => setRoute(readRoute());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);

  const channel = snapshot ? channelOf(snapshot, route.channel) : undefined;
  if (snapshot && channel && document.visibilityState === 'visible') markRead(snapshot, channel.id);
  useEffect(() => {
    if (snapshot && channel)
      document.title = `${channel.kind === 'dm' ? '' : '#'}${channel.name} · ${snapshot.team.name}`;
  }, [snapshot, channel]);
  if (!snapshot || !channel) return html`<p class="loading">Opening the workspace…</p>`;

  const here: Route = { ...route, user: snapshot.me.id, channel: channel.id };
  const switchTo = (user: string): void => navigate({ user, channel: channel.kind === 'dm' ? '' : channel.id }, here);
  const world = {
    snapshot,
    act,
    goTo: (id: string) => navigate({ channel: id }, here),
    openThread: (ts: string | undefined) => navigate(ts ? { thread: ts } : {}, here),
  };
  const tab = route.tab === 'home' ? 'home' : 'messages';
  const setTab = (name: 'home' | 'messages'): void => navigate({ tab: name }, here);
  return html`<${WorldContext.Provider} value=${world}>
    <div class=${`shell ${route.thread ? 'has-thread' : ''} ${isSideOpen ? 'is-side-open' : ''}`}>
      <header class="topbar">
        <button type="button" class="icon-button side-toggle" aria-label="Channels" aria-expanded=${isSideOpen}
          onClick=${() => setSideOpen(!isSideOpen)}><${Icon} name="menu" /></button>
        <span class="workspace-sign" aria-hidden="true">${snapshot.team.name.slice(0, 1)}</span>
        <span class="workspace-name">${snapshot.team.name}</span>
        <span class="workspace-note">local workspace</span>
        <span class="topbar-space"></span>
        <span class=${`connection ${snapshot.isAppConnected ? 'is-on' : ''}`}>
          <i aria-hidden="true"></i>${snapshot.app.name} ${snapshot.isAppConnected ? 'is connected' : 'is not connected'}</span>
        <${Switcher} switchTo=${switchTo} />
      </header>
      <${Sidebar} current=${channel.id} switchTo=${switchTo} />
      <${Pane} key=${`${snapshot.me.id}${channel.id}`} channel=${channel} tab=${tab} setTab=${setTab} />
      ${route.thread ? html`<${Thread} key=${route.thread} channel=${channel} ts=${route.thread} />` : null}
      ${snapshot.modals.map((view, depth) => html`<${Modal} key=${view.id} view=${view} depth=${depth} />`)}
      ${isConnected ? null : html`<p class="offline" role="status"><span class="spinner" aria-hidden="true"></span> The workspace is not answering. Trying again…</p>`}
    </div>
  <//>`;
}

const root = document.getElementById('app');
if (!root) throw new Error('The page has no place to draw in.');
root.textContent = '';
render(html`<${App} />`, root);
