// The whole audit, for whoever reads it: made of the stream in Redis and the sealed log, where there is one.
import { openAuditTail } from '../adapters/redis/audit.ts';
import type { RedisConnections } from '../adapters/redis/connect.ts';
import { openSealedLog } from '../adapters/segments/read.ts';
import type { Config } from '../config.ts';
import { openAuditLog } from '../flow/audit-log.ts';
import type { AuditLog } from '../flow/ports.ts';

export function auditOf({ namespace, audit }: Pick<Config, 'namespace' | 'audit'>, redis: RedisConnections): AuditLog {
  return openAuditLog({
    tail: openAuditTail({ redis: redis.commands, namespace }),
    sealed: openSealedLog(audit.dir, audit.origin),
  });
}
