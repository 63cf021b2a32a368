// Effects as they are stored, in the outbox and in the queues: small, so each is checked as a whole whenever it is read.
import { z } from 'zod';
import type { Effect } from '../effect.ts';
import { isMembers, type Members, newer, type Shape, today } from './shape.ts';

const channel = z.string().exactOptional();
const noticeKind = z.enum(['notice', 'review_due']);

/** Every kind, with all that is said of it. */
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('decide') }),
  z.object({ kind: z.literal('standing') }),
  z.object({ kind: z.literal('card') }),
  z.object({ kind: z.literal('card_copies'), channel: z.string(), since: z.string(), lastPostAt: z.string() }),
  z.object({ kind: z.literal('vote_line'), vote: z.int().min(0), progress: z.string().exactOptional() }),
  z.object({ kind: z.literal('outcome_line') }),
  z.object({
    kind: z.literal('remark_line'),
    says: z.enum([
      'reminder',
      'escalated',
      'called',
      'policy_changed',
      'review_due',
      'review_closed',
      'redeemed',
      'revoked',
      'standing_granted',
      'standing_not_granted',
      'standing_revoked',
    ]),
  }),
  z.object({ kind: z.literal('call'), person: z.string() }),
  z.object({ kind: z.literal('direct_message') }),
  z.object({ kind: z.literal('callback') }),
  z.object({ kind: z.literal('notice'), channel, says: noticeKind.exactOptional() }),
  z.object({ kind: z.literal('review_messages') }),
]);

/** No kind of effect, and no member of one, that is stored and could not be read again. */
type Unread = [Effect] extends [z.infer<typeof schema>] ? true : never;
export const readsAll: Unread = true;

export const effectShape: Shape = {
  name: 'effect',
  current: 1,
  upcasts: {},
  schema,
  isSound: ({ kind }) => typeof kind === 'string',
};

/**
 * Reads a stored effect. One that has a kind and is not ours to understand waits for a newer version, whatever version it
 * names: a new kind, or one more thing that a kind can say, must not be lost on a process that has not heard of it.
 */
export function decodeEffect(stored: unknown): Effect {
  const read = schema.safeParse(today(effectShape, stored));
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
