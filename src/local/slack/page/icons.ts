// Small line icons, drawn here.
import { html } from 'htm/preact';
import type { VNode } from 'preact';

const PATHS = {
  hash: 'M9.5 4 8 20M16 4l-1.5 16M4.5 9.5h15.5M4 15h15.5',
  lock: 'M6.5 10.5h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5',
  home: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9',
  thread: 'M5 6h14v10H10l-4 3.5V16H5z',
  close: 'M6 6l12 12M18 6 6 18',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.1',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z',
  send: 'M4 12 20 4.5 15.5 20l-4-6z M11.5 14 20 4.5',
  bolt: 'M13 3 5 13.5h6L10 21l8-10.5h-6z',
  down: 'M6 9.5 12 15.5l6-6',
  check: 'M5 12.5 10 17.5 19.5 7',
  people:
    'M9 11.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3 19.5c.4-3.5 2.8-5.5 6-5.5s5.6 2 6 5.5M15.5 5.2a3.2 3.2 0 0 1 0 6M17 14.3c2.3.6 3.7 2.4 4 5.2',
  share:
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c2.5 2.3 3.7 5.2 3.7 8.5s-1.2 6.2-3.7 8.5c-2.5-2.3-3.7-5.2-3.7-8.5S9.5 5.8 12 3.5z',
  archive: 'M4 5.5h16v4H4zM5.5 9.5v9h13v-9M10 13h4',
  menu: 'M4.5 7h15M4.5 12h15M4.5 17h15',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.7v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): VNode {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    <path d=${PATHS[name]} /></svg>`;
}
