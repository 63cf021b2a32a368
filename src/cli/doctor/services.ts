// What Countersign leans on: a Redis that forgets nothing, keys in it, and an OPA that answers our question.
import { connectOpa } from '../../adapters/opa/connect.ts';
import { connectRedis } from '../../adapters/redis/connect.ts';
import { guardRedis } from '../../adapters/redis/guard.ts';
import { openKeys } from '../../adapters/redis/keys.ts';
import type { Config } from '../../config.ts';
import { type Finding, unwell, well } from './report.ts';

export async function examineRedis(config: Config): Promise<readonly Finding[]> {
  const redis = connectRedis({ url: config.redis.url, observe: () => {} });
  try {
    const { lossWindow, warnings } = await guardRedis(redis.commands, config.redis.isUnsafeAllowed);
    const keys = await openKeys({ redis: redis.commands, namespace: config.namespace, now: Date.now }).list();
    const inForce = keys.filter(({ revokedAt }) => revokedAt === undefined);
    return [
      well('redis', [lossWindow, ...warnings].join(' ')),
      inForce.length > 0
        ? well('keys', `${inForce.length} in force`)
        : unwell('keys', 'no service has a key. Make one: countersign keys create --service <name>'),
    ];
  } finally {
    await redis.close();
  }
}

export async function examineOpa(config: Config): Promise<readonly Finding[]> {
  const opa = connectOpa({ ...config.opa, timeoutMs: Math.max(config.opa.timeoutMs, 2_000) });
  try {
    return [await opa.health()];
  } finally {
    await opa.close();
  }
}
