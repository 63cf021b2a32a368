// A person's picture: their initials on a colour of their own.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { Someone } from './snapshot.ts';

const HUES = [12, 32, 48, 88, 142, 168, 190, 212, 236, 262, 292, 330];

function hueOf(id: string): number {
  let sum = 7;
  for (const sign of id) sum = (sum * 31 + sign.charCodeAt(0)) % 9973;
  return HUES[sum % HUES.length] ?? 212;
}

export function initialsOf(name: string): string {
  const words = name.split(/[\s.-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map(word => word?.[0] ?? '') : [name.slice(0, 2)];
  return letters.join('').toUpperCase();
}

export function Avatar({ user, size = 36 }: { readonly user: Someone | undefined; readonly size?: number }): VNode {
  const style = { width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * 0.38)}px` };
  const isApp = user?.is_bot === true;
  const hue = String(hueOf(user?.id ?? '?'));
  return html`<span class=${`avatar ${isApp ? 'avatar-app' : ''} ${user?.deleted ? 'avatar-off' : ''}`}
    style=${{ ...style, '--hue': hue }} aria-hidden="true">${initialsOf(user?.real_name ?? '?')}</span>`;
}

/** What makes this person different from an ordinary member. */
export function flagsOf(user: Someone, homeTeam: string): readonly string[] {
  return [
    user.is_stranger ? 'stranger' : user.team_id !== homeTeam ? 'other company' : '',
    user.is_ultra_restricted ? 'single-channel guest' : user.is_restricted ? 'guest' : '',
    user.deleted ? 'deactivated' : '',
    user.is_workflow_bot ? 'workflow' : user.is_bot ? 'app' : user.is_app_user ? 'app user' : '',
    user.isEnterprise ? 'enterprise' : '',
    user.is_invisible ? 'invisible to apps' : '',
    user.is_invited_user ? 'invited' : user.is_email_confirmed ? '' : 'unconfirmed',
    user.is_admin ? 'admin' : '',
  ].filter(flag => flag !== '');
}

export function Flags({ user, homeTeam }: { readonly user: Someone; readonly homeTeam: string }): VNode {
  return html`${flagsOf(user, homeTeam).map(
    flag => html`<span class=${`flag ${flag === 'admin' ? 'flag-calm' : ''}`} key=${flag}>${flag}</span>`,
  )}`;
}
