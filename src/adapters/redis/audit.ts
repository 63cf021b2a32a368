// The audit's stream: every entry and fact in the order in which they were stored, until they are sealed and taken away.
import type { Redis } from 'ioredis';
import { storedAmong } from '../../domain/log/leaf.ts';
import type { AuditLine, AuditTail } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type AuditOptions = { readonly redis: Redis; readonly namespace: string };

const BATCH = 500;

export function openAuditTail({ redis, namespace }: AuditOptions): AuditTail {
  const keys = keyspace(namespace);
  return {
    async *after(position) {
      let from = position === undefined ? '-' : `(${position}`;
      for (;;) {
        const stored = await orFailure(redis.xrange(keys.audit, from, '+', 'COUNT', BATCH));
        for (const [at, fields] of stored) yield* linesOf(at, fields);
        const last = stored.at(-1)?.[0];
        if (last === undefined) return;
        from = `(${last}`;
      }
    },
    async at(position) {
      const stored = await orFailure(redis.xrange(keys.audit, position, position));
      return stored.flatMap(([at, fields]) => linesOf(at, fields));
    },
    placesOf: request => orFailure(redis.lrange(keys.auditOf(request), 0, -1)),
    async trimmedTo() {
      return (await orFailure(redis.hget(keys.sealing, 'trimmed'))) ?? undefined;
    },
  };
}

function linesOf(position: string, fields: readonly string[]): readonly AuditLine[] {
  return storedAmong(fields).map(stored => ({ position, ...stored }));
}
