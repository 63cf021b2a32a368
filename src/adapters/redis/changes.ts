// Waiting for a change: one blocked read per process wakes its waiters; what they are told is read from the record.
import type { Redis } from 'ioredis';
import { isTransient } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Observe, Waiting } from '../../flow/ports.ts';
import { LONGEST_BLOCK_MS } from './connect.ts';
import { keyspace } from './keyspace.ts';

export type WaitingOptions = {
  readonly read: (id: string) => Promise<RequestRecord | undefined>;
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
const RETRY_MS = 250;
const BATCH = 1_000;

/** Somebody who waits for a request; `wake` is harmless when nobody sleeps. */
type Waiter = { wake(): void };

/**
 * Level-triggered: every waiter is registered before it reads, and reads again whenever it wakes, so that a change
 * between reading and sleeping is never missed. A hint is not believed, and a missing hint is made up for by the reread.
 */
export function startWaiting(options: WaitingOptions): Waiting & { stop(): Promise<void> } {
  const { read, rereadMs = REREAD_MS } = options;
  const waiters = new Map<string, Set<Waiter>>();
  const hints = followHints(options, waiters);

  return {
    async until(id, isEnough, timeoutMs, signal) {
      const endsAt = performance.now() + timeoutMs;
      const alarm = newAlarm();
      const unregister = register(waiters, id, alarm);
      try {
        await hints.follow();
        for (;;) {
          alarm.set();
          const isLast = performance.now() >= endsAt || signal?.aborted === true;
          const record = await readOrTrouble(id, isLast);
          if (isLast || (record !== undefined && isEnough(record))) return record;
          // Jitter, so that a thousand waiters of a restarted process do not read in step.
          const napMs = Math.min(endsAt - performance.now(), rereadMs * (0.75 + Math.random() / 2));
          await alarm.ring(napMs, signal);
        }
      } finally {
        unregister();
      }
    },
    stop: () => hints.stop(),
  };

  /** A Redis that is away for a moment ends no wait; one that is away at the end does. */
  async function readOrTrouble(id: string, isLast: boolean): Promise<RequestRecord | undefined> {
    try {
      return await read(id);
    } catch (error) {
      if (isLast || !isTransient(error)) throw error;
      return undefined;
    }
  }
}

function register(waiters: Map<string, Set<Waiter>>, id: string, waiter: Waiter): () => void {
  const same = waiters.get(id) ?? new Set();
  waiters.set(id, same.add(waiter));
  return () => {
    same.delete(waiter);
    if (same.size === 0 && waiters.get(id) === same) waiters.delete(id);
  };
}

/** Set before reading; rings at once if woken since then. */
function newAlarm() {
  let isRung = false;
  let ringer: (() => void) | undefined;
  return {
    set() {
      isRung = false;
    },
    wake() {
      isRung = true;
      ringer?.();
    },
    ring(withinMs: number, signal: AbortSignal | undefined): Promise<void> {
      if (isRung || withinMs <= 0 || signal?.aborted === true) return Promise.resolve();
      return new Promise(awake => {
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          ringer = undefined;
          awake();
        };
        const timer = setTimeout(done, withinMs);
        signal?.addEventListener('abort', done, { once: true });
        ringer = done;
      });
    },
  };
}

/** Reads hints for as long as somebody waits; a process in which nobody waits costs Redis nothing. */
function followHints(options: WaitingOptions, waiters: ReadonlyMap<string, ReadonlySet<Waiter>>) {
  const { redis, blocking, namespace, observe } = options;
  const { changes } = keyspace(namespace);
  let isStopped = false;
  let loop: Promise<void> | undefined;
  let isKnown: Promise<void> | undefined;

  /** Resolves when every change from now on will be seen, or when that cannot be had and rereading must do. */
  function follow(): Promise<void> {
    if (isKnown === undefined) {
      const start = newest();
      isKnown = start.then(() => {});
      loop = start.then(run);
    }
    return isKnown;
  }

  async function newest(): Promise<string> {
    try {
      const [entry] = await redis.xrevrange(changes, '+', '-', 'COUNT', 1);
      return entry?.[0] ?? '0-0';
    } catch {
      return '$';
    }
  }

  async function run(from: string): Promise<void> {
    let cursor = from;
    while (!isStopped) {
      if (waiters.size === 0) {
        isKnown = undefined;
        return;
      }
      try {
        const answer = await blocking.xread('COUNT', BATCH, 'BLOCK', LONGEST_BLOCK_MS, 'STREAMS', changes, cursor);
        for (const [entryId, [, id]] of answer?.[0]?.[1] ?? []) {
          cursor = entryId;
          if (id !== undefined) for (const waiter of waiters.get(id) ?? []) waiter.wake();
        }
      } catch (error) {
        if (isStopped) return;
        const message = 'Hints of changes cannot be read; waiters are told a little later. Check Redis.';
        observe({ kind: 'trouble', where: 'redis', code: errorCode(error), message });
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  return {
    follow,
    async stop() {
      isStopped = true;
      blocking.disconnect();
      await loop;
    },
  };
}

function errorCode(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
