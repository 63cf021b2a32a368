// The relay: takes effects from the outbox, where the commit put them, to the queues. A crash in between repeats, never loses.
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { queuePrefix } from '../../contract/queue.ts';
import { nap } from '../../contract/time.ts';
import type { EffectKind } from '../../domain/effect.ts';
import type { Lane, Observe } from '../../flow/ports.ts';
import { type QueueName, queueNames, queueOf } from './lanes.ts';
import { asJob, type Entry, parseEntry, type RawEntry } from './outbox-entry.ts';

export type RelayOptions = {
  readonly namespace: string;
  /** A connection of its own for the blocking read, and one for queues and acknowledgements. */
  readonly blocking: Redis;
  readonly connection: Redis;
  /** The outbox stream: its entries have the fields key, id and effect. */
  readonly outbox: string;
  readonly laneOf: (kind: EffectKind) => Lane;
  readonly observe: Observe;
  /** An entry that a relay took and did not finish for this long is taken over. */
  readonly abandonedAfterMs?: number;
};

const GROUP = 'relay';
const BATCH = 200;
const BLOCK_MS = 1_000;
const RETRY_MS = 250;
const ABANDONED_AFTER_MS = 10_000;
const SAY_NEWER_EVERY_MS = 60_000;
const RELAYS_FORGOTTEN_AFTER_MS = 3_600_000;

/** Any number of relays may run; the consumer group shares the work out. */
export function startRelay(options: RelayOptions): { stop(): Promise<void> } {
  const { namespace, blocking, connection, outbox, observe, laneOf, abandonedAfterMs = ABANDONED_AFTER_MS } = options;
  const consumer = `relay-${process.pid}-${randomUUID()}`;
  const queues = new Map(queueNames.map(name => [name, openQueue(name)]));
  let isStopped = false;
  let isTroubled = false;
  let claimAt = 0;
  let newerSaidAt = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    let from: '0' | '>' = '0';
    while (!isStopped) {
      try {
        if (performance.now() >= claimAt) {
          claimAt = performance.now() + abandonedAfterMs / 2;
          await takeOver();
        }
        const entries = await read(from);
        await pass(entries);
        from = '>';
        isTroubled = false;
      } catch (error) {
        if (isStopped) return;
        from = '0'; // what was read and not passed on is still ours, and is read again
        await recover(error);
      }
    }
  }

  async function read(from: '0' | '>'): Promise<readonly Entry[]> {
    const answer = await blocking.xreadgroup(
      ...(['GROUP', GROUP, consumer, 'COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', outbox, from] as const),
    );
    const streams = answer as [stream: string, entries: RawEntry[]][] | null;
    return (streams?.[0]?.[1] ?? []).map(parseEntry);
  }

  async function pass(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    await leave(entries.filter(({ is }) => is === 'newer'));
    const none = entries.filter(({ is }) => is === 'none').length;
    if (none > 0) {
      const message = `${none} effect(s) in the outbox are not ours and were dropped. Look for who wrote to our keys.`;
      observe({ kind: 'trouble', where: 'relay', code: 'effect_unreadable', message });
    }
    const perQueue = Map.groupBy(
      entries.flatMap(entry => (entry.is === 'ours' ? [entry.job] : [])),
      ({ kind, recordBytes }) => queueOf(laneOf(kind), recordBytes),
    );
    await Promise.all([...perQueue].map(([name, jobs]) => queues.get(name)?.addBulk(jobs.map(asJob))));
    const ids = entries.flatMap(({ is, entryId }) => (is === 'newer' ? [] : [entryId]));
    if (ids.length === 0) return;
    await connection
      .multi()
      .xack(outbox, GROUP, ...ids)
      .xdel(outbox, ...ids)
      .exec();
  }

  /** Not acknowledged, and idle for as long as those of a dead relay: the next relay that takes over may know them. */
  async function leave(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const ids = entries.map(({ entryId }) => entryId);
    await connection.xclaim(outbox, GROUP, consumer, 0, ...ids, 'IDLE', abandonedAfterMs, 'JUSTID');
    if (performance.now() - newerSaidAt < SAY_NEWER_EVERY_MS) return;
    newerSaidAt = performance.now();
    const message = `${ids.length} effect(s) of a newer version wait in the outbox for a process of it. Upgrade this one.`;
    observe({ kind: 'trouble', where: 'relay', code: 'stored_newer', message });
  }

  /** Entries of relays that died between reading and passing on; relays that died long ago are forgotten. */
  async function takeOver(): Promise<void> {
    let start = '0-0';
    do {
      const answer = await connection.xautoclaim(outbox, GROUP, consumer, abandonedAfterMs, start, 'COUNT', BATCH);
      const [next, raw] = answer as [string, RawEntry[]];
      await pass(raw.map(parseEntry));
      start = next;
    } while (start !== '0-0' && !isStopped);
    const relays = (await connection.xinfo('CONSUMERS', outbox, GROUP)) as (string | number)[][];
    for (const [, name, , pending, , idleMs] of relays) {
      if (pending === 0 && Number(idleMs) > RELAYS_FORGOTTEN_AFTER_MS) {
        await connection.xgroup('DELCONSUMER', outbox, GROUP, String(name));
      }
    }
  }

  async function recover(error: unknown): Promise<void> {
    try {
      // Gone with an emptied Redis, or never there.
      if (isNoGroup(error)) return await createGroup();
    } catch {
      // Said below.
    }
    if (!isTroubled) {
      const message = 'Effects stay in the outbox just now and will be passed on later; check Redis.';
      observe({ kind: 'trouble', where: 'relay', code: error instanceof Error ? error.name : 'unknown', message });
    }
    isTroubled = true;
    await nap(RETRY_MS);
  }

  async function createGroup(): Promise<void> {
    try {
      await connection.xgroup('CREATE', outbox, GROUP, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
    }
  }

  function openQueue(name: QueueName): Queue {
    const queue = new Queue(name, {
      connection,
      prefix: queuePrefix(namespace),
      // Nobody listens to these events, and people who look at a dashboard need few.
      streams: { events: { maxLen: 1_000 } },
    });
    queue.on('error', () => {}); // the connection's own listener tells of it
    return queue;
  }

  const running = run();
  return {
    async stop() {
      isStopped = true;
      // The read under way ends by itself: cut off, it might have taken entries along. Without Redis it would not end.
      const cut = setTimeout(() => blocking.disconnect(), 2 * BLOCK_MS);
      await running;
      clearTimeout(cut);
      await Promise.all([...queues.values()].map(queue => queue.close()));
    },
  };
}

function isNoGroup(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOGROUP');
}
