// "You are": whose eyes the page looks through.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Avatar, Flags, flagsOf } from './avatar.ts';
import { Icon } from './icons.ts';
import type { Snapshot, Someone } from './snapshot.ts';
import { useWorld } from './world.ts';

type PeopleGroup = { readonly title: string; readonly people: readonly Someone[] };

function groupsOf(snapshot: Snapshot): readonly PeopleGroup[] {
  const people = Object.values(snapshot.users).filter(user => user.id !== snapshot.app.botUserId);
  const isOrdinary = (user: Someone): boolean => flagsOf(user, snapshot.team.id).every(flag => flag === 'admin');
  const isGuest = (user: Someone): boolean => user.is_restricted && user.team_id === snapshot.team.id;
  const isElsewhere = (user: Someone): boolean => user.team_id !== snapshot.team.id;
  const rest = (user: Someone): boolean => !isOrdinary(user) && !isGuest(user) && !isElsewhere(user);
  return [
    { title: snapshot.team.name, people: people.filter(isOrdinary) },
    { title: 'Guests', people: people.filter(isGuest) },
    { title: 'Other companies', people: people.filter(isElsewhere) },
    { title: 'Special accounts', people: people.filter(rest) },
  ].filter(group => group.people.length > 0);
}

export function Switcher({ switchTo }: { readonly switchTo: (user: string) => void }): VNode {
  const { snapshot } = useWorld();
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    const away = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setOpen(false);
      root.current?.querySelector<HTMLElement>('.switcher-button')?.focus();
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || !isOpen) return;
    event.preventDefault();
    const options = [...(root.current?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])];
    const at = options.indexOf(document.activeElement as HTMLElement);
    options[(at + step + options.length) % options.length]?.focus();
  };

  const { me } = snapshot;
  return html`<div class="switcher" ref=${root} onKeyDown=${onKeyDown}>
    <button type="button" class="switcher-button" aria-haspopup="listbox" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <span class="switcher-label">You are</span>
      <${Avatar} user=${me} size=${26} />
      <span class="switcher-name">${me.real_name}</span>
      <${Flags} user=${me} homeTeam=${snapshot.team.id} />
      <${Icon} name="down" size=${16} />
    </button>
    ${
      isOpen
        ? html`<div class="switcher-menu" role="listbox" aria-label="You are">
          ${groupsOf(snapshot).map(
            group => html`<div key=${group.title} role="group" aria-label=${group.title}><h3>${group.title}</h3>
              ${group.people.map(
                user => html`<button type="button" role="option" key=${user.id} aria-selected=${user.id === me.id} class="switcher-option"
                  onClick=${() => {
                    setOpen(false);
                    switchTo(user.id);
                  }}>
                  <${Avatar} user=${user} size=${30} />
                  <span class="switcher-who"><b>${user.real_name}</b><small>${user.title || `@${user.name}`}</small></span>
                  <span class="switcher-flags"><${Flags} user=${user} homeTeam=${snapshot.team.id} /></span>
                  ${user.id === me.id ? html`<${Icon} name="check" size=${16} />` : null}
                </button>`,
              )}</div>`,
          )}
        </div>`
        : null
    }
  </div>`;
}
