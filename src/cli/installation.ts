// The configured installation's Redis, for what operators do past the API.
import type { Redis } from 'ioredis';
import { type Config, loadConfig } from '../config.ts';

/** Opens a connection for one piece of work. */
export async function withInstallation<T>(work: (redis: Redis, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env, []);
  const { connectRedis } = await import('../adapters/redis/connect.ts');
  const redis = connectRedis({ url: config.redis.url, observe: () => {} });
  try {
    return await work(redis.commands, config);
  } finally {
    await redis.close();
  }
}
