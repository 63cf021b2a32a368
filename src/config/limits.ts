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
  SERVICE_REQUESTS_PER_SECOND: wholeNumber(
    1,
    1_000_000,
    'is not a number from 1 to 1000000; leave it out for 200.',
  ).default(200),
  SERVICE_PENDING: wholeNumber(1, 1_000_000, 'is not a number from 1 to 1000000; leave it out for 1000.').default(
    1_000,
  ),
  SERVICE_STORED_BYTES: wholeNumber(
    1_048_576,
    999_999_999_999,
    'is not a number of bytes from 1048576 on; leave it out for 256 MiB.',
  ).default(268_435_456),
  SERVICE_WAITERS: wholeNumber(1, 100_000, 'is not a number from 1 to 100000; leave it out for 200.').default(200),
  SERVICE_LARGE_CALLS: wholeNumber(1, 1_000, 'is not a number from 1 to 1000; leave it out for 8.').default(8),
  SERVICE_POLICY_AT_ONCE: wholeNumber(1, 16, 'is not a number from 1 to 16; leave it out for 8.').default(8),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'is not a level; write debug, info, warn, error or silent.',
    })
    .default('info'),
});

/** What one service may have, so that its weight is its own. */
export type Budgets = {
  /** Over all processes. */
  readonly requestsPerSecond: number;
  readonly pending: number;
  readonly storedBytes: number;
  /** At a time, in one process. */
  readonly waiters: number;
  readonly largeCalls: number;
  readonly policyAtOnce: number;
};

export type Limits = {
  readonly defaultExpiresInMs: number;
  readonly retentionMs: number;
  readonly workerConcurrency: number;
  readonly budgets: Budgets;
  readonly logLevel: z.infer<typeof limitVariables>['LOG_LEVEL'];
};

export function limits(given: z.infer<typeof limitVariables>): Limits {
  return {
    defaultExpiresInMs: given.DEFAULT_EXPIRES_IN,
    retentionMs: given.RETENTION,
    workerConcurrency: given.WORKER_CONCURRENCY,
    budgets: {
      requestsPerSecond: given.SERVICE_REQUESTS_PER_SECOND,
      pending: given.SERVICE_PENDING,
      storedBytes: given.SERVICE_STORED_BYTES,
      waiters: given.SERVICE_WAITERS,
      largeCalls: given.SERVICE_LARGE_CALLS,
      policyAtOnce: given.SERVICE_POLICY_AT_ONCE,
    },
    logLevel: given.LOG_LEVEL,
  };
}
