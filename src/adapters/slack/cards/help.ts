// How approvals work here, for people who meet them for the first time: in the Home tab, as a shortcut, and as `/approvals`.
import type { RichTextSection } from '@slack/types';
import { fallbackText } from '../escape.ts';
import { type KnownBlock, richText, section, words } from './blocks.ts';

export const HOW_IT_WORKS = [
  'When something that matters is about to happen, policy may ask people first.',
  'The question appears as a card in a channel, with Approve, Deny and Details.',
  'Only the people whom policy names can decide; whoever else clicks is told why it does not count.',
  'What you saw is what you approve: if a card cannot show everything, Review does, and Approve waits there.',
] as const;

const COMMANDS: readonly (readonly [command: string, what: string])[] = [
  ['/approvals link CODE', ' makes this Slack account yours. The code comes from a terminal: countersign link'],
  ['/approvals unlink', ' ends that.'],
];

/** The answer to `/approvals` and to any word that is no command. */
export function helpNote(): { text: string; blocks: KnownBlock[] } {
  const lines = [...HOW_IT_WORKS, ...COMMANDS.map(pair => pair.join(''))];
  return {
    text: fallbackText(lines.join(' ')),
    blocks: [bullets(HOW_IT_WORKS.map(line => section(words(line)))), commands()],
  };
}

export function bullets(elements: readonly RichTextSection[]): KnownBlock {
  return richText({ type: 'rich_text_list', style: 'bullet', elements: [...elements] });
}

function commands(): KnownBlock {
  return bullets(COMMANDS.map(([command, what]) => section(words(command, { code: true }), words(what))));
}
