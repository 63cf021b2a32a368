// Whom to ask for decisions, and how long to wait for them.
import { z } from 'zod';
import { present } from '../domain/present.ts';
import { duration, url, wholeNumber } from './values.ts';

export const opaVariables = z.object({
  OPA_URL: url(['http:', 'https:', 'unix:'], 'http://127.0.0.1:8181').default('http://127.0.0.1:8181'),
  OPA_DECISION_PATH: z
    .string()
    .regex(/^[A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*$/, {
      error: 'is not a path below /v1/data; write for example approvals/main/decision.',
    })
    .default('approvals/main/decision'),
  OPA_TIMEOUT: duration(1, 60_000, 'is not a duration between 1ms and 60s; write for example 250ms.').default(250),
  OPA_QUESTION_LIMIT: wholeNumber(
    16_384,
    2_097_152,
    'is not a number of bytes from 16384 to 2097152; leave it out for 256 KiB.',
  ).default(262_144),
  OPA_REVISION: z
    .string()
    .max(200, { error: 'is too long for a revision; copy what policy build printed.' })
    .optional(),
  OPA_LOG_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{24,512}$/, {
      error: 'is not 24 to 512 characters without blanks; make one: openssl rand -hex 32',
    })
    .optional(),
  OPA_SHADOW_URL: url(['http:', 'https:', 'unix:'], 'http://127.0.0.1:8182').optional(),
});

export type OpaConfig = {
  readonly url: string;
  readonly decisionPath: string;
  readonly timeoutMs: number;
  /** The largest question, in bytes. */
  readonly questionLimit: number;
  /** The only revision of the policies whose answers are taken. */
  readonly revision?: string;
  /** The OPA of a candidate policy, asked beside the live one and never listened to. */
  readonly shadowUrl?: string;
};

export function opaConfig(given: z.infer<typeof opaVariables>): OpaConfig {
  return {
    url: given.OPA_URL,
    decisionPath: given.OPA_DECISION_PATH,
    timeoutMs: given.OPA_TIMEOUT,
    questionLimit: given.OPA_QUESTION_LIMIT,
    ...present({ revision: given.OPA_REVISION, shadowUrl: given.OPA_SHADOW_URL }),
  };
}
