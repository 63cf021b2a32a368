// OPA's own log of our questions, by request: a second witness beside the audit, which stays the record.
import type { Redis } from 'ioredis';
import type { OpaDecision } from '../../domain/corroborated.ts';
import { allOrFailure, orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type OpaLog = {
  /** Keeps what arrived; what arrives twice is kept once. */
  add(logged: readonly { readonly request: string; readonly decision: OpaDecision }[]): Promise<void>;
  of(request: string): Promise<readonly OpaDecision[]>;
};

/** A request is decided a few dozen times at most; beyond this somebody is filling our memory. */
const MOST_PER_REQUEST = 256;

/** It is forgotten when the request is: `retentionMs` after the last event. */
export function openOpaLog(options: {
  readonly redis: Redis;
  readonly namespace: string;
  readonly retentionMs: number;
}): OpaLog {
  const { redis, retentionMs } = options;
  const keys = keyspace(options.namespace);
  return {
    async add(logged) {
      for (const [request, events] of Map.groupBy(logged, ({ request }) => request)) {
        const key = keys.opaLog(request);
        const room = MOST_PER_REQUEST - (await orFailure(redis.hlen(key)));
        if (room <= 0) continue;
        const writing = redis.pipeline();
        for (const { decision } of events.slice(0, room)) {
          writing.hsetnx(key, decision.decision_id, JSON.stringify(decision)); // what was logged first stands
        }
        await allOrFailure(writing.pexpire(key, retentionMs).exec()); // OPA sends again what was not kept
      }
    },
    async of(request) {
      const texts = await orFailure(redis.hvals(keys.opaLog(request)));
      return texts.map(text => JSON.parse(text) as OpaDecision);
    },
  };
}
