// Every Web API method the workspace knows.
import { appMethods } from './app.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import type { Method } from './method.ts';
import { peopleMethods } from './people.ts';
import { reactionMethods } from './reactions.ts';
import { viewMethods } from './views.ts';

export const methods: ReadonlyMap<string, Method> = new Map(
  [...appMethods, ...chatMethods, ...conversationMethods, ...peopleMethods, ...viewMethods, ...reactionMethods].map(
    method => [method.name, method],
  ),
);
