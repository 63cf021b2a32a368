// How long requests live and are kept, how much a worker does at once, and how much is logged.
import { z } from 'zod';
import { DAY_MS, duration, wholeNumber } from './values.ts';

export const limitVariables = z.object({
  DEFAULT_EXPIRES_IN: duration(
    1_000,
    30 * DAY_MS,
    'is not a duration between 1s and 30d; write for example 1h.',
  ).default(3_600_000),
  RETENTION: duration(DAY_MS, 3_650 * DAY_MS, 'is not a duration between 1d and 3650d; write for example 30d.').default(
    30 * DAY_MS,
  ),
  WORKER_CONCURRENCY: wholeNumber(1, 1_000, 'is not a number from 1 to 1000; 16 to 64 is a good range.').default(16),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'is not a level; write debug, info, warn, error or silent.',
    })
    .default('info'),
});

export type Limits = {
  readonly defaultExpiresInMs: number;
  readonly retentionMs: number;
  readonly workerConcurrency: number;
  readonly logLevel: z.infer<typeof limitVariables>['LOG_LEVEL'];
};

export function limits(given: z.infer<typeof limitVariables>): Limits {
  return {
    defaultExpiresInMs: given.DEFAULT_EXPIRES_IN,
    retentionMs: given.RETENTION,
    workerConcurrency: given.WORKER_CONCURRENCY,
    logLevel: given.LOG_LEVEL,
  };
}
