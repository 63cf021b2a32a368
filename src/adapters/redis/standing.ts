// Standing approvals in Redis: found by their scope, used at most so often, each use by one request.
import type { Redis, Result } from 'ioredis';
import type { StandingState } from '../../domain/standing.ts';
import { isForeign } from '../../domain/stored/shape.ts';
import { decodeStanding, encodeStanding } from '../../domain/stored/standing.ts';
import type { StandingApprovals } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';
import { script } from './script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignKeep(...keysAndArguments: (string | number)[]): Result<number, Context>;
    countersignUse(...keysAndArguments: (string | number)[]): Result<number, Context>;
    countersignRevoke(...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

export type StandingOptions = { readonly redis: Redis; readonly namespace: string; readonly retentionMs: number };

export function openStanding({ redis, namespace, retentionMs }: StandingOptions): StandingApprovals {
  const keys = keyspace(namespace);
  redis.defineCommand('countersignKeep', { lua: script('keep-standing'), numberOfKeys: 3 });
  redis.defineCommand('countersignUse', { lua: script('use-standing'), numberOfKeys: 1 });
  redis.defineCommand('countersignRevoke', { lua: script('revoke-standing'), numberOfKeys: 1 });

  /** All in one round trip; `request` is not counted among the uses. */
  async function findAll(ids: readonly string[], request = ''): Promise<(() => StandingState)[]> {
    const found = ids.map(id => redis.hmget(keys.standing(id), 'document', 'uses', 'revoked', `by:${request}`));
    return (await orFailure(Promise.all(found))).flatMap(([document, uses, revoked, own]) => {
      if (typeof document !== 'string') return [];
      const others = Number(uses) - (typeof own === 'string' ? 1 : 0);
      const ended = typeof revoked === 'string' ? { revoked: JSON.parse(revoked) as { by: string; at: string } } : {};
      return [() => ({ ...decodeStanding(document), uses: others, ...ended })];
    });
  }

  async function find(id: string, request?: string): Promise<StandingState | undefined> {
    return (await findAll([id], request))[0]?.();
  }

  return {
    async keep(approval, now) {
      const { id, covers, maxUses } = approval;
      if (covers === undefined) return;
      const expiresAt = Date.parse(approval.expiresAt);
      await orFailure(
        redis.countersignKeep(
          keys.standing(id),
          keys.standingScope(covers),
          keys.standings,
          encodeStanding(approval),
          id,
          now,
          expiresAt,
          expiresAt + retentionMs,
          maxUses,
        ),
      );
    },
    find,
    async within(covers, request, now) {
      const ids = await orFailure(redis.zrangebyscore(keys.standingScope(covers), `(${now}`, '+inf'));
      return (await findAll(ids, request)).map(read => read());
    },
    async use(id, request, { now, most }) {
      return (await orFailure(redis.countersignUse(keys.standing(id), request, now, most))) === 1;
    },
    async revoke(id, by) {
      const isKnown = await orFailure(redis.countersignRevoke(keys.standing(id), JSON.stringify(by)));
      return isKnown === 1 ? find(id) : undefined;
    },
    async inForce(now) {
      await orFailure(redis.zremrangebyscore(keys.standings, '-inf', now - retentionMs));
      const ids = await orFailure(redis.zrangebyscore(keys.standings, now, '+inf'));
      const found = (await findAll(ids)).map(legible);
      const items = found.filter(one => one !== 'illegible');
      const leftOut = found.filter(one => one === 'illegible').length;
      return leftOut === 0 ? { items } : { items, leftOut };
    },
  };
}

/** One that cannot be read here must not keep the others out of sight. */
function legible(read: () => StandingState): StandingState | 'illegible' {
  try {
    return read();
  } catch (error) {
    if (isForeign(error)) return 'illegible';
    throw error;
  }
}
