// Where everything is kept.
import { z } from 'zod';
import { flag, url } from './values.ts';

export const redisVariables = z.object({
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://127.0.0.1:6379').default('redis://127.0.0.1:6379'),
  REDIS_ALLOW_UNSAFE: flag('leave it out outside development.'),
  COUNTERSIGN_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, {
      error: 'is not a key prefix; write up to 64 letters, digits, dots, dashes or underscores.',
    })
    .default('countersign'),
});

export type RedisConfig = { readonly url: string; readonly isUnsafeAllowed: boolean };

export function redisConfig(given: z.infer<typeof redisVariables>): RedisConfig {
  return { url: given.REDIS_URL, isUnsafeAllowed: given.REDIS_ALLOW_UNSAFE };
}
