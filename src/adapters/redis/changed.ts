// Hints of what has changed, for whoever wants to hear of every request.
import type { Redis } from 'ioredis';
import { followChanges } from '../../contract/follow.ts';
import { failureCode } from '../../domain/failure.ts';
import type { Changes, Observe } from '../../flow/ports.ts';
import { LONGEST_BLOCK_MS } from './connect.ts';
import { keyspace } from './keyspace.ts';

export type ChangedOptions = {
  readonly redis: Redis;
  /** A connection of its own: it is blocked most of the time, while anybody listens. */
  readonly blocking: Redis;
  readonly namespace: string;
  readonly observe: Observe;
};

export function followAll({
  redis,
  blocking,
  namespace,
  observe,
}: ChangedOptions): Changes & { stop(): Promise<void> } {
  const { changes: stream } = keyspace(namespace);
  const onTrouble = (error: unknown) => {
    const message = 'Hints of changes cannot be read; Home tabs are brought up to date a minute later. Check Redis.';
    observe({ kind: 'trouble', where: 'redis', code: failureCode(error, 'unread'), message });
  };
  const changes = followChanges({ redis, blocking, stream, blockMs: LONGEST_BLOCK_MS, onTrouble });
  return {
    watchAll(changed) {
      const unwatch = changes.watchAll(changed);
      void changes.following();
      return unwatch;
    },
    stop: () => changes.stop(),
  };
}
