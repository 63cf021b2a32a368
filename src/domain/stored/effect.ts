// Effects as they are stored, in the outbox and in the queues: small, so each is checked as a whole whenever it is read.
import { type Effect, effectSchema } from '../effect.ts';
import { isMembers, type Members, newer, type Shape, today } from './shape.ts';

export const effectShape: Shape = {
  name: 'effect',
  current: 1,
  upcasts: {},
  schema: effectSchema,
  isSound: ({ kind }) => typeof kind === 'string',
};

/**
 * Reads a stored effect. One that has a kind and is not ours to understand waits for a newer version, whatever version it
 * names: a new kind, or one more thing that a kind can say, must not be lost on a process that has not heard of it.
 */
export function decodeEffect(stored: unknown): Effect {
  const read = effectSchema.safeParse(today(effectShape, stored));
  if (read.success) return read.data;
  throw newer('effect', `the kind ${kindOf(stored)} in a form that this process does not know`);
}

export function encodeEffect(effect: Effect): string {
  return JSON.stringify({ schema: effectShape.current, ...effect });
}

/** In words that may be logged, whoever wrote it. */
function kindOf(stored: unknown): string {
  const { kind }: Members = isMembers(stored) ? stored : {};
  return String(kind).replaceAll(/\W/g, '?').slice(0, 40);
}
