// Crowds in Redis: how many wait for their first card, where, and the one message of each that tells of it.
import type { Redis, Result } from 'ioredis';
import type { CrowdMessage } from '../../domain/crowd.ts';
import { decodeCrowdMessage, encodeCrowdMessage } from '../../domain/stored/crowd.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import type { CrowdPart, Crowds, KeptCrowd } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';
import { script } from './script.ts';
import { boundsOf, crowdName, readCrowdName, readPlace } from './unshown.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignKeepCrowd(...keysAndArguments: string[]): Result<number, Context>;
  }
}

/** Of more than these it is not said what they have in common: nobody reads so much every few seconds. */
const MOST_COMPARED = 1_000;

export function openCrowds({ redis, namespace }: { readonly redis: Redis; readonly namespace: string }): Crowds {
  const keys = keyspace(namespace);
  redis.defineCommand('countersignKeepCrowd', { lua: script('keep-crowd'), numberOfKeys: 1 });
  /** Each message as it was stored, to the letter: a newer process may have said more in it than we know of. */
  const texts = new WeakMap<CrowdMessage, string>();

  function read(text: string): CrowdMessage | 'illegible' {
    try {
      const message = decodeCrowdMessage(text);
      texts.set(message, text);
      return message;
    } catch (error) {
      if (isForeign(error)) return 'illegible';
      throw error;
    }
  }

  return {
    async parts() {
      const parts: CrowdPart[] = [];
      let min = '-';
      for (;;) {
        const [place] = await orFailure(redis.zrangebylex(keys.unshown, min, '+', 'LIMIT', 0, 1));
        if (place === undefined) return parts;
        const crowd = readPlace(place)?.crowd;
        const name = crowd === undefined ? undefined : readCrowdName(crowd);
        if (crowd === undefined || name === undefined) {
          min = `(${place}`; // not ours: repair takes it out
          continue;
        }
        const [first, end] = boundsOf(crowd);
        const waiting = await orFailure(redis.zlexcount(keys.unshown, first, end));
        const { service, channel } = name;
        parts.push({ service, waiting, ...(channel === '' ? {} : { channel }) });
        min = `[${crowd}!`;
      }
    },

    async inCommon(parts) {
      const most = parts.reduce((sum, { waiting }) => sum + waiting, 0) > MOST_COMPARED ? 1 : MOST_COMPARED;
      const found = await Promise.all(
        parts.map(({ service, channel }) => {
          const [first, end] = boundsOf(crowdName(service, channel));
          return orFailure(redis.zrangebylex(keys.unshown, first, end, 'LIMIT', 0, most));
        }),
      );
      const all = found.flat().flatMap(place => readPlace(place) ?? []);
      const [first] = all;
      if (first === undefined) return undefined;
      const { endsAt, id } = all.reduce((earliest, one) => (one.endsAt < earliest.endsAt ? one : earliest), first);
      const areCompared = most === MOST_COMPARED;
      return {
        firstEndsAt: endsAt,
        id,
        isOneAction: areCompared && all.every(({ action }) => action === first.action),
        isOneUser: areCompared && all.every(({ user }) => user === first.user),
      };
    },

    async messages() {
      const all = await orFailure(redis.hgetall(keys.crowds));
      return Object.entries(all).flatMap(([field, text]): KeptCrowd[] => {
        const name = readCrowdName(field);
        return name === undefined ? [] : [{ ...name, message: read(text) }];
      });
    },

    async keep(before, after) {
      const { service, channel } = before ?? after ?? {};
      if (service === undefined) return true;
      const stood = before === undefined ? '' : (texts.get(before) ?? encodeCrowdMessage(before));
      const text = after === undefined ? '' : encodeCrowdMessage(after);
      const field = crowdName(service, channel);
      const isKept = (await orFailure(redis.countersignKeepCrowd(keys.crowds, field, stood, text))) === 1;
      if (isKept && after !== undefined) texts.set(after, text);
      return isKept;
    },
  };
}
