// Connections to Redis: one for commands, others on request for blocking reads and for queues.
import { Redis, type RedisOptions } from 'ioredis';
import type { Observe } from '../../flow/ports.ts';

export type RedisConnections = {
  /** For short commands. While Redis refuses connections they fail within about three seconds, at most ten. */
  readonly commands: Redis;
  /** A connection of its own for blocking reads; it waits for Redis to come back. */
  forBlocking(name: string): Redis;
  /** A connection that waits for Redis to come back, for queues; close the queues before `close()`. */
  forQueues(name: string): Redis;
  /** Cuts all of them, and what was made like them: no goodbye that a Redis which is down would not answer. */
  close(): Promise<void>;
};

export type ConnectOptions = {
  /** `redis://` or `rediss://`; may hold a password, so it never goes into a log or an error. */
  readonly url: string;
  readonly observe: Observe;
};

/** No blocking read may last longer than this: a silent socket is given up after `BLOCKING_SOCKET_MS`. */
export const LONGEST_BLOCK_MS = 5_000;
const BLOCKING_SOCKET_MS = 15_000;

const shared = {
  // Capped at 1 s: the default grows to 5 s, and everybody waits for the slowest to come back.
  retryStrategy: (times: number) => Math.min(50 * 2 ** times, 1_000) + Math.random() * 100,
  // After a failover that kept the socket, the old primary answers READONLY for ever: reconnect and send again.
  reconnectOnError: (error: Error): 2 | false => (error.message.startsWith('READONLY') ? 2 : false),
  connectTimeout: 5_000,
} satisfies RedisOptions;

/** Opens the connections; they connect in the background and reconnect by themselves. */
export function connectRedis({ url, observe }: ConnectOptions): RedisConnections {
  const opened: Redis[] = [];
  const open = (
    name: string,
    options: Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout' | 'socketTimeout'>,
  ) => {
    const redis = new Redis(url, { ...shared, ...options, connectionName: `countersign-${name}` });
    watch(redis, name, observe);
    opened.push(redis);
    // A library that makes itself a connection like ours does not end it while Redis is down: it would go on trying.
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = override => {
      const another = duplicate(override);
      opened.push(another);
      return another;
    };
    return redis;
  };
  const patient = (name: string) => open(name, { maxRetriesPerRequest: null, socketTimeout: BLOCKING_SOCKET_MS });
  return {
    // A socket that falls silent is replaced, and what it carried is sent again; the command timeout is for a Redis
    // that no new socket reaches either. Shorter ones would take a starved machine for a broken one.
    commands: open('commands', { maxRetriesPerRequest: 2, commandTimeout: 10_000, socketTimeout: 5_000 }),
    forBlocking: patient,
    forQueues: patient,
    async close() {
      for (const redis of opened) redis.disconnect();
    },
  };
}

/** Tells of an outage once, and of its end once: a reconnecting client would say the same every second. */
function watch(redis: Redis, name: string, observe: Observe): void {
  let isAway = false;
  redis.on('error', (error: NodeJS.ErrnoException) => {
    if (isAway) return;
    isAway = true;
    const message = `Redis (${name}) does not answer; check REDIS_URL and that Redis runs.`;
    observe({ kind: 'trouble', where: 'redis', code: error.code ?? 'redis_error', message });
  });
  redis.on('ready', () => {
    if (!isAway) return;
    isAway = false;
    observe({ kind: 'trouble', where: 'redis', code: 'redis_back', message: `Redis (${name}) answers again.` });
  });
}
