// What is kept of a job's session: what its token said, so that it is judged anew at every call. Never its secret.
import { z } from 'zod';
import { decode, type Shape } from './shape.ts';

const text = z.string();

const schema = z.looseObject({
  id: text,
  service: text,
  issuer: text,
  audiences: z.array(text),
  claims: z.record(text, z.unknown()),
  expiresAt: text,
});

export type StoredSession = {
  readonly id: string;
  readonly service: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  readonly expiresAt: string;
};

export const sessionShape: Shape = {
  name: 'session',
  current: 1,
  upcasts: {},
  schema,
  isSound: value => schema.safeParse(value).success,
};

export function decodeSession(text: string): StoredSession {
  const { schema: _, ...session } = decode(sessionShape, text);
  return session as StoredSession;
}

export function encodeSession(session: StoredSession): string {
  return JSON.stringify({ schema: sessionShape.current, ...session });
}
