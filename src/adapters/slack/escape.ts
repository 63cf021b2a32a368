// Top-level `text` is the one place where Slack reads mrkdwn from us: what is put there is plain, short and inert.
import { shown } from '../../domain/visible.ts';

/** Raw bytes; escaping can make `&` five times as long, and an update takes 4,000 characters. */
const MOST_BYTES = 700;

/** Slack's own three escapes, in the order that does not escape twice. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A fallback for notifications and screen readers: it cannot ping, link, format or show an emoji. */
export function fallbackText(text: string): string {
  const { text: plain } = shown(text, MOST_BYTES);
  const inert = plain
    .replaceAll('*', '∗')
    .replaceAll('`', 'ˋ')
    .replaceAll('~', '∼')
    .replace(/:(?=[\w+'-]+:)/g, '∶')
    .replaceAll('://', '∶//');
  return escaped(inert);
}
