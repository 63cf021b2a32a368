// Waiting for a change: a hint from the stream wakes whoever waits; they look at version and status, and share one read of the record.
import type { Redis } from 'ioredis';
import { newBell } from '../../contract/bell.ts';
import { followChanges } from '../../contract/follow.ts';
import { isTransient } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { isNewer } from '../../domain/stored/shape.ts';
import type { Observe, Peeked, Waiting } from '../../flow/ports.ts';
import { LONGEST_BLOCK_MS } from './connect.ts';
import { keyspace } from './keyspace.ts';
import { peeker, sharedReads } from './peek.ts';

export type WaitingOptions = {
  readonly read: (id: string) => Promise<RequestRecord | undefined>;
  /** How a request stands; asked of Redis where it is left out. */
  readonly peek?: (id: string) => Promise<Peeked | undefined>;
  /** For short commands, and a connection of its own for the blocking read. */
  readonly redis: Redis;
  readonly blocking: Redis;
  readonly namespace: string;
  readonly observe: Observe;
  /** How often a waiter reads the record without having been woken. */
  readonly rereadMs?: number;
};

/** A lost hint costs this long, not the decision. */
const REREAD_MS = 2_000;

/**
 * Level-triggered: every waiter is registered before it reads, and reads again whenever it wakes, so that a change
 * between reading and sleeping is never missed. A hint is not believed, and a missing hint is made up for by the reread.
 */
export function startWaiting(options: WaitingOptions): Waiting & { stop(): Promise<void> } {
  const { read, redis, blocking, namespace, observe, rereadMs = REREAD_MS } = options;
  const keys = keyspace(namespace);
  const { changes: stream } = keys;
  const { peek = peeker(redis, keys, read) } = options;
  const shared = sharedReads(read);
  const changes = followChanges({
    redis,
    blocking,
    stream,
    blockMs: LONGEST_BLOCK_MS,
    onTrouble: error => observe(unread(error)),
  });

  return {
    async until(id, isEnough, timeoutMs, signal) {
      const endsAt = performance.now() + timeoutMs;
      const bell = newBell();
      const unwatch = changes.watch(id, bell.ring);
      try {
        await changes.following();
        for (;;) {
          bell.reset();
          const isLast = performance.now() >= endsAt || signal?.aborted === true;
          const standing = await peekOrTrouble(id, isLast);
          if (standing !== undefined && (isLast || isEnough(standing))) return await shared(id, standing.version);
          if (isLast) return undefined;
          // Jitter, so that a thousand waiters of a restarted process do not read in step.
          const napMs = Math.min(endsAt - performance.now(), rereadMs * (0.75 + Math.random() / 2));
          await bell.heard(napMs, signal);
        }
      } finally {
        unwatch();
      }
    },
    stop: () => changes.stop(),
  };

  /** A Redis that is away for a moment ends no wait; one that is away at the end does. */
  async function peekOrTrouble(id: string, isLast: boolean): Promise<Peeked | undefined> {
    try {
      return await peek(id);
    } catch (error) {
      // Waiting longer would not make it readable here; whoever waits may ask another process.
      if (isLast || !isTransient(error) || isNewer(error)) throw error;
      return undefined;
    }
  }
}

function unread(error: unknown) {
  const code = error instanceof Error ? error.name : 'unknown';
  const message = 'Hints of changes cannot be read; waiters are told a little later. Check Redis.';
  return { kind: 'trouble', where: 'redis', code, message } as const;
}
