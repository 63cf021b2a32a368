// The Home tab: what this app does here, for people who meet it for the first time.
import type { HomeView } from '@slack/types';
import { header, richText, section, words } from './blocks.ts';
import { bullets, HOW_IT_WORKS } from './help.ts';

export function homeView(): HomeView {
  return {
    type: 'home',
    blocks: [
      header('When you are asked'),
      richText(
        section(
          words(
            'Each request is a card in a channel. You are mentioned there, or sent a message, when your approval is needed, unless policy calls nobody.',
          ),
        ),
      ),
      header('How it works'),
      bullets(HOW_IT_WORKS.map(line => section(words(line)))),
    ],
  };
}
