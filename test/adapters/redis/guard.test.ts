// The guard: a Redis that may forget is refused in plain words, unless somebody insists.
import { describe, expect, it } from 'vitest';
import { checkRedis, guardRedis } from '../../../src/adapters/redis/guard.ts';
import type { RedisOptions } from '../../../src/local/setup/redis-service.ts';
import { startRedis } from '../../../src/local/setup/services.ts';
import { openOn } from './opened.ts';

async function guarded(options: RedisOptions, allowUnsafe = false) {
  const redis = await startRedis(options);
  const opened = await openOn(redis.url);
  try {
    return await guardRedis(opened.redis, allowUnsafe);
  } finally {
    await opened.close();
    await redis.stop();
  }
}

describe('the guard', () => {
  it('takes a durable Redis that evicts nothing, and says what can be lost', async () => {
    expect(await guarded({ maxmemory: '64mb' })).toEqual({
      lossWindow: 'If Redis is killed, nothing is lost; if its machine loses power, about the last second is.',
      warnings: [],
    });
    expect((await guarded({ appendfsync: 'always' })).lossWindow).toContain('nothing that was acknowledged');
  });

  it('refuses one that evicts, with the remedy', async () => {
    await expect(guarded({ policy: 'allkeys-lru' })).rejects.toMatchObject({
      code: 'redis_unsafe',
      isTransient: false,
      message: expect.stringContaining('--maxmemory-policy noeviction'),
    });
  });

  it('refuses one without an append-only file, with the remedy', async () => {
    await expect(guarded({ persistence: false })).rejects.toMatchObject({
      code: 'redis_unsafe',
      message: expect.stringMatching(/--appendonly yes.*REDIS_ALLOW_UNSAFE=true/),
    });
  });

  it('warns loudly when somebody insists', async () => {
    const { warnings, lossWindow } = await guarded({ persistence: false, policy: 'allkeys-lru' }, true);
    expect(warnings.filter(warning => warning.startsWith('UNSAFE REDIS'))).toHaveLength(2);
    expect(lossWindow).toContain('is lost');
  });
});

describe('readiness', () => {
  it('says what is missing: room, or Redis itself', async () => {
    const redis = await startRedis({ maxmemory: '64mb' });
    const opened = await openOn(redis.url);
    try {
      expect(await checkRedis(opened.redis)).toEqual({ name: 'redis', ok: true, detail: 'answers' });
      await opened.redis.config('SET', 'maxmemory', '1mb');
      expect(await checkRedis(opened.redis)).toMatchObject({ ok: false, detail: expect.stringContaining('maxmemory') });
      await redis.kill();
      expect(await checkRedis(opened.redis)).toMatchObject({ ok: false, detail: expect.stringContaining('REDIS_URL') });
      await redis.restart();
    } finally {
      await opened.close();
      await redis.stop();
    }
  });
});
