// Where the audit is sealed, with which key, how often, and how far behind it may be.
import { z } from 'zod';
import type { redisVariables } from './redis.ts';
import { DAY_MS, duration } from './values.ts';

export const auditVariables = z.object({
  AUDIT_DIR: z.string().default('audit'),
  AUDIT_KEY_FILE: z.string().optional(),
  AUDIT_ORIGIN: z
    .string()
    .regex(/^[^\s+]{1,200}$/u, { error: 'is not a name of a log; write for example countersign.example.com/audit.' })
    .optional(),
  AUDIT_SEAL_EVERY: duration(100, 3_600_000, 'is not a duration between 100ms and 1h; write for example 5s.').default(
    5_000,
  ),
  AUDIT_KEEP: duration(0, 3_650 * DAY_MS, 'is not a duration up to 3650d; write for example 1d.').default(DAY_MS),
  AUDIT_MAX_LAG: duration(1_000, 30 * DAY_MS, 'is not a duration between 1s and 30d; write for example 15m.').default(
    900_000,
  ),
});

export type AuditConfig = {
  /** The folder of the log. */
  readonly dir: string;
  /** The private key that signs checkpoints; without one, one is made and kept in the folder. */
  readonly keyFile?: string;
  /** The log's own name, in every checkpoint; it never changes. */
  readonly origin: string;
  readonly sealEveryMs: number;
  /** How long sealed entries stay in Redis as well. */
  readonly keepMs: number;
  /** How long an entry may wait to be sealed before nothing new is approved. */
  readonly maxLagMs: number;
};

export function auditConfig(given: z.infer<typeof auditVariables> & z.infer<typeof redisVariables>): AuditConfig {
  return {
    dir: given.AUDIT_DIR,
    ...(given.AUDIT_KEY_FILE === undefined ? {} : { keyFile: given.AUDIT_KEY_FILE }),
    origin: given.AUDIT_ORIGIN ?? `countersign/${given.COUNTERSIGN_NAMESPACE}`,
    sealEveryMs: given.AUDIT_SEAL_EVERY,
    keepMs: given.AUDIT_KEEP,
    maxLagMs: given.AUDIT_MAX_LAG,
  };
}
