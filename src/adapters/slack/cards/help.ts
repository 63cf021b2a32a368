// How approvals work here, for people who meet them for the first time: in the Home tab, as a shortcut, and as `/approvals`.
import type { RichTextSection } from '@slack/types';
import { fallbackText } from '../escape.ts';
import { type KnownBlock, richText, section, words } from './blocks.ts';

export const HOW_IT_WORKS = [
  "Some actions need a person's approval first.",
  'Each request is a card in a channel, with Approve, Deny and Details.',
  "Only the people named by policy can decide; anyone else who clicks is told why it doesn't count.",
  "You approve exactly what you were shown. If it doesn't fit on the card, open Review.",
] as const;

type Typed = { readonly verb: string; readonly takes?: string; readonly does: string };

/** The answer to `/approvals` and to any word that is no command. */
export function helpNote(commands: readonly Typed[]): { text: string; blocks: KnownBlock[] } {
  const lines = [...HOW_IT_WORKS, ...commands.map(one => `${typed(one)} ${one.does}`)];
  return {
    text: fallbackText(lines.join(' ')),
    blocks: [
      bullets(HOW_IT_WORKS.map(line => section(words(line)))),
      bullets(commands.map(one => section(words(typed(one), { code: true }), words(` ${one.does}`)))),
    ],
  };
}

export function bullets(elements: readonly RichTextSection[]): KnownBlock {
  return richText({ type: 'rich_text_list', style: 'bullet', elements: [...elements] });
}

function typed({ verb, takes }: Typed): string {
  return `/approvals ${verb}${takes === undefined ? '' : ` ${takes}`}`;
}
