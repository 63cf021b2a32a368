// The Home tab: what this app does here, for people who meet it for the first time.
import type { HomeView } from '@slack/types';
import { header, richText, section, words } from './blocks.ts';

export const HOW_IT_WORKS = [
  'When something that matters is about to happen, policy may ask people first.',
  'The question appears as a card in a channel, with Approve, Deny and Details.',
  'Only the people whom policy names can decide; whoever else clicks is told why it does not count.',
  'What you saw is what you approve: if a card cannot show everything, Review does, and Approve waits there.',
] as const;

export function homeView(): HomeView {
  return {
    type: 'home',
    blocks: [
      header('Waiting for a decision'),
      richText(section(words('Cards that wait for you are in the channels where you were asked.'))),
      header('How it works'),
      richText({
        type: 'rich_text_list',
        style: 'bullet',
        elements: HOW_IT_WORKS.map(line => section(words(line))),
      }),
    ],
  };
}
