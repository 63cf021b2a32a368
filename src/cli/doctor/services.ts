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
    const { keys } = await openKeys({ redis: redis.commands, namespace: config.namespace, now: Date.now }).list();
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
  return [await healthOf(config, config.opa.url)];
}

/** The candidate's OPA, where one is set. Nothing waits for it, so it may be down; whoever set it wants to know. */
export async function examineShadow(config: Config): Promise<readonly Finding[]> {
  const { shadowUrl } = config.opa;
  if (shadowUrl === undefined) return [];
  const { ok, detail } = await healthOf(config, shadowUrl);
  return [ok ? well('opa shadow', detail) : unwell('opa shadow', detail.replaceAll('OPA_URL', 'OPA_SHADOW_URL'))];
}

async function healthOf(config: Config, url: string): Promise<Finding> {
  const opa = connectOpa({ ...config.opa, url, timeoutMs: Math.max(config.opa.timeoutMs, 2_000) });
  try {
    return await opa.health();
  } finally {
    await opa.close();
  }
}
