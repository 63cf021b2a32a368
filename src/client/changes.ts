// How waiters hear of the end: one blocked read for all in this process. What is not heard is read from the record.
import type { Redis } from 'ioredis';

export type Changes = {
  /** Rings when the request ends, with its record where that is short, until the returned function is called. */
  watch(id: string, ring: Ring): () => void;
  /** Resolves when every end from now on will ring, or when that cannot be had and rereading must do. */
  following(): Promise<void>;
  stop(): void;
};

/** `record` is the record's text; empty where it has to be read. */
export type Ring = (record: string) => void;

export type ChangesOptions = {
  readonly redis: Redis;
  /** A connection of its own: it is blocked most of the time. */
  readonly blocking: Redis;
  /** The stream in which the service is told; its name may have to be asked for. */
  readonly stream: () => Promise<string>;
};

/** Below the socket's own patience, so that a silent connection is told from a quiet stream. */
const BLOCK_MS = 5_000;
const BATCH = 1_000;
const RETRY_MS = 250;

export function followChanges({ redis, blocking, stream }: ChangesOptions): Changes {
  const watchers = new Map<string, Set<Ring>>();
  let isStopped = false;
  let begun: Promise<void> | undefined;

  /** A `$` would name the end of the stream at each single read, and lose what came between two of them. */
  async function newest(): Promise<string> {
    try {
      const [entry] = await redis.xrevrange(await stream(), '+', '-', 'COUNT', 1);
      return entry?.[0] ?? '0-0';
    } catch {
      return '$';
    }
  }

  async function follow(from: string): Promise<void> {
    let cursor = from;
    while (!isStopped && watchers.size > 0) {
      try {
        const answer = await blocking.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', await stream(), cursor);
        for (const [entryId, [, id, , record = '']] of answer?.[0]?.[1] ?? []) {
          cursor = entryId;
          if (id !== undefined) for (const ring of watchers.get(id) ?? []) ring(record);
        }
      } catch {
        if (!isStopped) await new Promise(resolve => setTimeout(resolve, RETRY_MS));
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
    following() {
      begun ??= newest().then(from => void follow(from));
      return begun;
    },
    stop() {
      isStopped = true;
      blocking.disconnect();
    },
  };
}

/** A bell that remembers having rung, so that a hint between reading and sleeping is not lost. */
export function newBell() {
  let hasRung = false;
  let awake: (() => void) | undefined;
  return {
    reset() {
      hasRung = false;
    },
    ring() {
      hasRung = true;
      awake?.();
    },
    /** Whether it rang within that time. */
    heard(withinMs: number, signal: AbortSignal): Promise<boolean> {
      if (hasRung || withinMs <= 0 || signal.aborted) return Promise.resolve(hasRung);
      return new Promise(resolve => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          awake = undefined;
          resolve(hasRung);
        };
        const timer = setTimeout(done, withinMs);
        signal.addEventListener('abort', done, { once: true });
        awake = done;
      });
    },
  };
}
