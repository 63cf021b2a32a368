// Sealing as Redis has its part in it: whose turn it is, what is to be sealed, how far it is, and how far behind.
import { randomUUID } from 'node:crypto';
import type { Redis, Result } from 'ioredis';
import { readPosition } from '../../domain/log/position.ts';
import type { Check, SealableStream, SealingWatch } from '../../flow/ports.ts';
import type { AuditOptions } from './audit.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';
import { script } from './script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignHoldSealing(key: string, who: string, ms: number, above: number): Result<number | null, Context>;
    countersignMarkSealed(...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

export type SealingOptions = AuditOptions & { readonly now: () => number; readonly leaseMs?: number };

/** Longer than a batch takes on a slow disk; so long nobody takes over from one that was killed. */
const LEASE_MS = 15_000;

export function openSealableStream({ redis, namespace, now, leaseMs = LEASE_MS }: SealingOptions): SealableStream {
  const { audit, sealing } = keyspace(namespace);
  const who = randomUUID();
  redis.defineCommand('countersignHoldSealing', { lua: script('hold-sealing'), numberOfKeys: 1 });
  redis.defineCommand('countersignMarkSealed', { lua: script('mark-sealed'), numberOfKeys: 2 });
  return {
    now,
    async hold(above) {
      return (await orFailure(redis.countersignHoldSealing(sealing, who, leaseMs, above))) ?? undefined;
    },
    async after(position, limit) {
      const from = position === undefined ? '-' : `(${position}`;
      const found = await orFailure(redis.xrange(audit, from, '+', 'COUNT', limit));
      return found.map(([at, fields]) => ({ position: at, fields }));
    },
    async trimmedTo() {
      return (await orFailure(redis.hget(sealing, 'trimmed'))) ?? undefined;
    },
    async mark(turn, { position, size }, away = []) {
      const done = redis.countersignMarkSealed(sealing, audit, who, turn, position, size, ...away);
      return (await orFailure(done)) === 1;
    },
  };
}

export type WatchOptions = {
  readonly redis: Redis;
  readonly namespace: string;
  readonly now: () => number;
  readonly mostMs: number;
};

export type SealingWatcher = SealingWatch & { check(): Promise<Check>; stop(): void };

/** Asking at every decision would cost each of them a round trip. */
const LOOK_MS = 5_000;

/** Looks every few seconds how long the oldest entry waits; while Redis is away, what was seen last stands. */
export function watchSealing({ redis, namespace, now, mostMs }: WatchOptions): SealingWatcher {
  const { audit, sealing } = keyspace(namespace);
  let lagMs: number | undefined;

  async function look(): Promise<number | undefined> {
    const [turn, position] = await orFailure(redis.hmget(sealing, 'turn', 'position'));
    if (turn === null || turn === undefined) return undefined;
    const from = position === null || position === undefined ? '-' : `(${position}`;
    const [first] = await orFailure(redis.xrange(audit, from, '+', 'COUNT', 1));
    return first === undefined ? 0 : Math.max(0, now() - readPosition(first[0]).ms);
  }

  async function refresh(): Promise<void> {
    lagMs = await look();
  }

  const again = () => void refresh().catch(() => {});
  again();
  const timer = setInterval(again, LOOK_MS).unref();
  return {
    lagMs: () => lagMs,
    async check() {
      await refresh();
      const ok = lagMs === undefined || lagMs <= mostMs;
      return { name: 'audit', ok, detail: words(lagMs, ok) };
    },
    stop: () => clearInterval(timer),
  };
}

function words(lagMs: number | undefined, ok: boolean): string {
  if (lagMs === undefined) return 'is not sealed; run a process with the role sealer';
  const behind = `the oldest entry waits ${Math.ceil(lagMs / 1_000)} s to be sealed`;
  if (ok) return lagMs === 0 ? 'is sealed' : behind;
  return `${behind}, so nothing new is approved; see that the role sealer runs and that the disk of AUDIT_DIR has room`;
}
