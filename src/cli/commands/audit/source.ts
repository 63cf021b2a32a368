// Where the audit is read from: the configured installation, all of it through one port.
import { loadConfig } from '../../../config.ts';
import type { OpaDecision } from '../../../domain/corroborated.ts';
import type { auditOf } from '../../../main.ts';

export type AuditSource = {
  /** In words: the namespace whose audit it is. */
  readonly name: string;
  readonly log: ReturnType<typeof auditOf>;
  /** What OPA itself logged of a request, while that is kept. */
  opaLogOf(request: string): Promise<readonly OpaDecision[]>;
  close(): Promise<void>;
};

export async function openAudit(): Promise<AuditSource> {
  const config = loadConfig(process.env, []);
  const [{ connectRedis }, { openOpaLog }, main] = await Promise.all([
    import('../../../adapters/redis/connect.ts'),
    import('../../../adapters/redis/opa-log.ts'),
    import('../../../main.ts'),
  ]);
  const redis = connectRedis({ url: config.redis.url, observe: () => {} });
  const opaLog = openOpaLog({ redis: redis.commands, namespace: config.namespace, retentionMs: 0 });
  return {
    name: `the audit of ${config.namespace}`,
    log: main.auditOf(config, redis),
    opaLogOf: request => opaLog.of(request),
    close: () => redis.close(),
  };
}
