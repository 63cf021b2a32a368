// The left side: channels, the app's DM, and the people of the workspace.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Avatar } from './avatar.ts';
import { Icon } from './icons.ts';
import type { ListedChannel } from './snapshot.ts';
import { unreadCount } from './unread.ts';
import { useWorld } from './world.ts';

export function Sidebar({
  current,
  switchTo,
}: {
  readonly current: string;
  readonly switchTo: (user: string) => void;
}): VNode {
  const { snapshot } = useWorld();
  const open = snapshot.channels.filter(channel => !channel.isArchived);
  const channels = open.filter(channel => channel.kind !== 'dm').sort((a, b) => a.name.localeCompare(b.name));
  const archived = snapshot.channels.filter(channel => channel.isArchived);
  const direct = open.filter(channel => channel.kind === 'dm');
  const colleagues = Object.values(snapshot.users)
    .filter(user => !user.is_bot && !user.deleted && user.team_id === snapshot.team.id && user.id !== snapshot.me.id)
    .filter(user => !user.is_app_user && !user.is_invited_user)
    .sort((a, b) => a.real_name.localeCompare(b.real_name));
  return html`<nav class="sidebar" aria-label="Channels and people">
    <${Group} title="Apps">${direct.map(channel => html`<${Row} key=${channel.id} channel=${channel} isCurrent=${channel.id === current} />`)}<//>
    <${Group} title="Channels">${channels.map(channel => html`<${Row} key=${channel.id} channel=${channel} isCurrent=${channel.id === current} />`)}<//>
    ${
      archived.length > 0
        ? html`<${Group} title="Archived">${archived.map(channel => html`<${Row} key=${channel.id} channel=${channel} isCurrent=${channel.id === current} />`)}<//>`
        : null
    }
    <${Group} title="People" note="click to be them">
      ${colleagues.map(
        user => html`<li key=${user.id}><button type="button" class="side-row" title=${`Continue as ${user.real_name}`}
          onClick=${() => switchTo(user.id)}>
          <${Avatar} user=${user} size=${20} /><span class="side-name">${user.real_name}</span></button></li>`,
      )}
    <//>
  </nav>`;
}

function Group({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children?: unknown;
}): VNode {
  return html`<section class="side-group">
    <h2>${title}${note ? html`<span>${note}</span>` : null}</h2>
    <ul>${children}</ul>
  </section>`;
}

function Row({ channel, isCurrent }: { readonly channel: ListedChannel; readonly isCurrent: boolean }): VNode {
  const { snapshot, goTo } = useWorld();
  const unread = isCurrent ? 0 : unreadCount(snapshot, channel.id);
  const classes = `side-row ${isCurrent ? 'is-current' : ''} ${unread > 0 ? 'is-unread' : ''}`;
  return html`<li><button type="button" class=${classes} aria-current=${isCurrent ? 'page' : undefined}
      data-channel=${channel.id} onClick=${() => goTo(channel.id)}>
    ${
      channel.kind === 'dm'
        ? html`<${Avatar} user=${snapshot.users[snapshot.app.botUserId]} size=${20} />`
        : html`<${Icon} name=${channel.isArchived ? 'archive' : channel.kind === 'private' ? 'lock' : 'hash'} size=${16} />`
    }
    <span class="side-name">${channel.name}</span>
    ${channel.sharing === 'none' ? null : html`<span class="side-mark" title="Shared"><${Icon} name="share" size=${14} /></span>`}
    ${unread > 0 ? html`<span class="unread" aria-label=${`${unread} unread`}>${unread > 99 ? '99+' : unread}</span>` : null}
  </button></li>`;
}
