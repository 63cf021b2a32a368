// What is kept of a key: whose it is, and by what it is known again. Never its secret.
import { z } from 'zod';
import { decode, type Shape } from './shape.ts';

const text = z.string();

const schema = z.looseObject({
  id: text,
  /** Whose it is: a service's, or a person's. */
  service: text.exactOptional(),
  person: text.exactOptional(),
  kind: z.enum(['api', 'queue']),
  createdAt: text,
  revokedAt: text.exactOptional(),
  /** The API key's SHA-256 in hex, or the public half of the signing key. */
  check: text,
});

export type StoredKey = {
  readonly id: string;
  readonly service?: string;
  readonly person?: string;
  readonly kind: 'api' | 'queue';
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly check: string;
};

export const keyShape: Shape = {
  name: 'key',
  current: 1,
  upcasts: {},
  schema,
  isSound: value => schema.safeParse(value).success, // read once in seconds
};

export function decodeKey(text: string): StoredKey {
  const { schema: _, ...key } = decode(keyShape, text);
  return key as StoredKey;
}

export function encodeKey(key: StoredKey): string {
  return JSON.stringify({ schema: keyShape.current, ...key });
}
