// How the naive pipelines tell the asker: by a call within the process, which no real asker could get, or through Redis.
import { Redis } from 'ioredis';

export type Telling = {
  /** Settles when the end of this request was told. */
  heard(id: string): Promise<void>;
  tell(id: string): Promise<void>;
  close(): void;
};

type OpenTelling = (redisUrl: string, key: string) => Telling;

export const tellingInside: OpenTelling = () => {
  const waiting = waitingRoom();
  return { heard: waiting.enter, tell: async id => waiting.call(id), close: () => undefined };
};

const MOST_AT_ONCE = 1_000;
/** Nobody reads it twice, so it is kept short. */
const KEPT = 10_000;

/** A stream of answers that the asker reads as it grows, on a connection of its own. */
export const tellingThroughRedis: OpenTelling = (redisUrl, key) => {
  const waiting = waitingRoom();
  const teller = new Redis(redisUrl);
  const reader = new Redis(redisUrl);
  let isOpen = true;
  const read = async () => {
    for (let from = '$'; isOpen; ) {
      const said = await reader.xread('COUNT', MOST_AT_ONCE, 'BLOCK', 0, 'STREAMS', key, from);
      for (const [entry, [, id = '']] of said?.[0]?.[1] ?? []) {
        waiting.call(id);
        from = entry;
      }
    }
  };
  read().catch(error => {
    if (isOpen) throw error;
  });
  return {
    heard: waiting.enter,
    async tell(id) {
      await teller.xadd(key, 'MAXLEN', '~', KEPT, '*', 'id', id);
    },
    close() {
      isOpen = false;
      reader.disconnect();
      teller.disconnect();
    },
  };
};

function waitingRoom() {
  const told = new Map<string, () => void>();
  return {
    enter: (id: string) => new Promise<void>(resolve => told.set(id, resolve)),
    call(id: string) {
      told.get(id)?.();
      told.delete(id);
    },
  };
}
