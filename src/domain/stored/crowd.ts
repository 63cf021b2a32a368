// The message of a crowd as it is stored, from the moment that it is to be posted until it has said that all were shown.
import { z } from 'zod';
import type { CrowdMessage } from '../crowd.ts';
import { decode, type Shape } from './shape.ts';

const text = z.string();
const count = z.int().min(0);

const schema = z.looseObject({
  service: text,
  channel: text,
  id: text,
  since: text,
  lastPostAt: text,
  posts: count,
  ts: text.exactOptional(),
  said: z
    .looseObject({
      waiting: count,
      firstEndsAt: text.exactOptional(),
      action: text.exactOptional(),
      user: text.exactOptional(),
    })
    .exactOptional(),
  most: count,
  notBefore: text,
  lookedAt: text.exactOptional(),
});

export const crowdShape: Shape = {
  name: 'crowd message',
  current: 1,
  upcasts: {},
  schema,
  isSound: value => schema.safeParse(value).success,
};

export function decodeCrowdMessage(stored: string): CrowdMessage {
  const { schema: _, ...message } = decode(crowdShape, stored);
  return message as CrowdMessage;
}

export function encodeCrowdMessage(message: CrowdMessage): string {
  return JSON.stringify({ schema: crowdShape.current, ...message });
}
