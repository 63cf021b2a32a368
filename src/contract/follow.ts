// Following a stream of changes: one blocked read for all who wait in this process, and none while nobody waits.
import type { Redis } from 'ioredis';
import { nap } from './time.ts';

/** `text` is what the stream carries beside the id; empty where it has to be read. */
export type Ring = (text: string) => void;

export type Changes = {
  /** Rings when the request changes, with its answer where the stream carries it, until the returned function is called. */
  watch(id: string, ring: Ring): () => void;
  /** Rings with the id of every request that changes, until the returned function is called. */
  watchAll(ring: (id: string) => void): () => void;
  /** Resolves when every change from now on will ring, or when that cannot be had and rereading must do. */
  following(): Promise<void>;
  /** Ends the read, and with it the blocking connection. */
  stop(): Promise<void>;
};

export type ChangesOptions = {
  readonly redis: Redis;
  /** A connection of its own: it is blocked most of the time. */
  readonly blocking: Redis;
  /** The name of the stream. */
  readonly stream: string;
  /** Below the socket's own patience, so that a silent connection is told from a quiet stream. */
  readonly blockMs: number;
  /** The stream cannot be read just now; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
};

const BATCH = 1_000;
const RETRY_MS = 250;

export function followChanges({ redis, blocking, stream, blockMs, onTrouble }: ChangesOptions): Changes {
  const watchers = new Map<string, Set<Ring>>();
  const ofAll = new Set<(id: string) => void>();
  let isStopped = false;
  let begun: Promise<void> | undefined;
  let loop: Promise<void> | undefined;

  /** A `$` would name the end of the stream at each single read, and lose what came between two of them. */
  async function newest(): Promise<string> {
    try {
      const [entry] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
      return entry?.[0] ?? '0-0';
    } catch {
      return '$';
    }
  }

  async function follow(from: string): Promise<void> {
    let cursor = from;
    while (!isStopped && watchers.size + ofAll.size > 0) {
      try {
        const answer = await blocking.xread('COUNT', BATCH, 'BLOCK', blockMs, 'STREAMS', stream, cursor);
        for (const [entryId, [, id, , text = '']] of answer?.[0]?.[1] ?? []) {
          cursor = entryId;
          if (id === undefined) continue;
          for (const ring of watchers.get(id) ?? []) ring(text);
          for (const ring of ofAll) ring(id);
        }
      } catch (error) {
        if (isStopped) break;
        onTrouble?.(error);
        await nap(RETRY_MS);
      }
    }
    begun = undefined;
  }

  return {
    watch(id, ring) {
      const same = watchers.get(id) ?? new Set();
      watchers.set(id, same.add(ring));
      return () => {
        same.delete(ring);
        if (same.size === 0 && watchers.get(id) === same) watchers.delete(id);
      };
    },
    watchAll(ring) {
      ofAll.add(ring);
      return () => void ofAll.delete(ring);
    },
    following() {
      if (begun === undefined) {
        const start = newest();
        begun = start.then(() => {});
        loop = start.then(follow);
      }
      return begun;
    },
    async stop() {
      isStopped = true;
      blocking.disconnect();
      await loop;
    },
  };
}
