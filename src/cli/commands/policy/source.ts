// Where a replay's audit entries come from: a file, or the audit of the configured installation.
import { existsSync } from 'node:fs';
import { loadConfig } from '../../../config.ts';
import type { StoredEntry } from '../../../domain/audit/chain.ts';
import type { HistoryOptions } from '../../../workbench/replay/history.ts';
import { readEntries, type Unread } from '../../../workbench/replay/jsonl.ts';
import { UsageError } from '../../failing.ts';

export type Source = {
  readonly name: string;
  readonly entries: AsyncIterable<StoredEntry>;
  readonly memory: Pick<HistoryOptions, 'recall'>;
  /** What could not be read, in words. */
  notes(): readonly string[];
  close(): Promise<void>;
};

/** From Redis only what was stored since `sinceMs` is read; earlier submissions are looked up in the records. */
export function openSource(file: string | undefined, sinceMs: number): Promise<Source> {
  return file === undefined ? fromRedis(sinceMs) : fromFile(file);
}

async function fromFile(path: string): Promise<Source> {
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}; give --from a file of audit entries.`);
  const unread: Unread = { broken: 0, foreign: 0 };
  return {
    name: path,
    entries: readEntries(path, unread),
    memory: {},
    notes: () =>
      unread.broken === 0 ? [] : [`${unread.broken} lines are not JSON, the first of them line ${unread.firstBroken}`],
    close: async () => {},
  };
}

async function fromRedis(sinceMs: number): Promise<Source> {
  const config = loadConfig(process.env, []);
  const [{ connectRedis }, { auditOf }, { keyspace }, { decodeRecord }] = await Promise.all([
    import('../../../adapters/redis/connect.ts'),
    import('../../../main.ts'),
    import('../../../adapters/redis/keyspace.ts'),
    import('../../../domain/stored/record.ts'),
  ]);
  const { namespace } = config;
  const redis = connectRedis({ url: config.redis.url, observe: () => {} });
  async function* entries(): AsyncGenerator<StoredEntry> {
    const from = Number.isFinite(sinceMs) ? `${Math.max(0, Math.floor(sinceMs))}-0` : undefined;
    for await (const line of auditOf(config, redis).lines(from)) {
      if ('entry' in line) yield line.entry;
    }
  }
  return {
    name: `the audit of ${namespace}`,
    entries: entries(),
    memory: {
      async recall(id) {
        const text = await redis.commands.hget(keyspace(namespace).request(id), 'record');
        return text === null ? undefined : decodeRecord(text).submission;
      },
    },
    notes: () => [],
    close: () => redis.close(),
  };
}
