// Reads a shortcut on a message: whose it was, and which request the message is the card of, by what its buttons carry.
import { z } from 'zod';
import { parseCardValue } from './cards/card-value.ts';
import { type Delivery, type Gesture, person, signedTimes, teamOf } from './gesture.ts';

const shortcutSchema = z.object({
  user: z.object({ id: z.string().min(1), team_id: z.string().min(1).optional() }),
  team: z.object({ id: z.string().min(1) }).nullish(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  action_ts: z.string(),
  channel: z.object({ id: z.string() }).nullish(),
  message: z.object({ ts: z.string(), blocks: z.array(z.unknown()).optional() }),
});

/** A shortcut on a message, as a click on its card; without a value where the message is none. */
export function readShortcut(delivery: Delivery): Gesture | undefined {
  const parsed = shortcutSchema.safeParse(delivery.body);
  if (!parsed.success) return undefined;
  const { user, channel, message, trigger_id, response_url, action_ts } = parsed.data;
  const team = teamOf(parsed.data);
  if (team === undefined) return undefined;
  const value = valuesIn(message.blocks).find(text => parseCardValue(text) !== undefined);
  return {
    ...person(team, user.id, delivery.transport),
    name: `shortcut_${team}_${user.id}_${action_ts}`,
    actionTs: action_ts,
    datedMs: [Number(action_ts) * 1_000, ...signedTimes(delivery)],
    triggerId: trigger_id,
    messageTs: message.ts,
    ...(channel == null ? {} : { channel: channel.id }),
    ...(response_url === undefined ? {} : { responseUrl: response_url }),
    ...(value === undefined ? {} : { value }),
  };
}

/** Whatever its blocks carry. It names a request and gives no right to anything. */
function valuesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(valuesIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, inner]) =>
    key === 'value' && typeof inner === 'string' ? [inner] : valuesIn(inner),
  );
}
