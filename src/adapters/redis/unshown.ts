// Requests that wait for their first card, in an order in which those of one service and channel stand together.
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { awaitsCard } from '../../domain/crowd.ts';
import { type RequestRecord, timestamp } from '../../domain/record.ts';
import { allOrFailure, orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';
import type { ReadLegible } from './legible.ts';

/** One request that waits. */
export type Unshown = {
  /** Service and channel; JSON, so that no name can look like another one's. */
  readonly crowd: string;
  /** RFC 3339. */
  readonly endsAt: string;
  /** The same where the action is the same, and the user. */
  readonly action: string;
  readonly user: string;
  readonly id: string;
};

const DEADLINE_DIGITS = 14;
const PLACE = /^(.*) (\d{14}) ([\w-]{22}) ([\w-]{22}) (req_[0-9a-z]+)$/s;
const BATCH = 500;

/** Where the request stands in `unshown`; undefined where it waits for no card. */
export function unshownPlace(record: RequestRecord): string | undefined {
  const awaited = awaitsCard(record);
  if (awaited === undefined) return undefined;
  const { service, channel, expiresAt, action, user } = awaited;
  const deadline = String(Date.parse(expiresAt)).padStart(DEADLINE_DIGITS, '0');
  return [crowdName(service, channel), deadline, fingerprint(action), fingerprint(user), record.id].join(' ');
}

/** Undefined for what is not ours. */
export function readPlace(place: string): Unshown | undefined {
  const [, crowd, deadline, action, user, id] = PLACE.exec(place) ?? [];
  if (crowd === undefined || action === undefined || user === undefined || id === undefined) return undefined;
  return { crowd, endsAt: timestamp(Number(deadline)), action, user, id };
}

/** No channel: the approvals channel, whichever that is. */
export function crowdName(service: string, channel = ''): string {
  return JSON.stringify([service, channel]);
}

export function readCrowdName(name: string): { readonly service: string; readonly channel: string } | undefined {
  try {
    const [service, channel]: readonly unknown[] = JSON.parse(name);
    return typeof service === 'string' && typeof channel === 'string' ? { service, channel } : undefined;
  } catch {
    return undefined;
  }
}

/** All of one crowd, as bounds of a range: what follows the name is a blank, and `!` is the next character. */
export function boundsOf(crowd: string): readonly [min: string, max: string] {
  return [`[${crowd} `, `(${crowd}!`];
}

/** Of a length of its own, however long a service makes its words. */
function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export type Mending = { readonly redis: Redis; readonly keys: Keyspace; readonly read: ReadLegible };

/**
 * Takes out who does not wait any more. A process of an older version says nothing of cards when it stores a record: those
 * it has stored since are read, the others need not be. How many were taken out.
 */
export async function forgetShown({ redis, keys, read }: Mending): Promise<number> {
  let removed = 0;
  let min = '-';
  for (;;) {
    const places = await orFailure(redis.zrangebylex(keys.unshown, min, '+', 'LIMIT', 0, BATCH));
    const last = places.at(-1);
    if (last === undefined) return removed;
    min = `(${last}`;
    const looking = redis.pipeline();
    for (const place of places) looking.hmget(keys.request(readPlace(place)?.id ?? ''), 'v', 'unshown');
    const stored = await allOrFailure(looking.exec());
    for (const [i, place] of places.entries()) {
      const [version, placed] = (stored[i] ?? []) as (string | null)[];
      if (placed === `${version} ${place}`) continue;
      const record = await read(readPlace(place)?.id ?? '');
      if (record === 'illegible' || (record !== undefined && unshownPlace(record) === place)) continue;
      removed += await orFailure(redis.zrem(keys.unshown, place));
    }
  }
}
