// Members that several events of the audit have, as schemas.
import { z } from 'zod';
import type { Digest } from '../canonical.ts';
import { tellingKinds } from '../effect.ts';
import type { Asked } from '../recorded.ts';
import type { Submission } from '../submission.ts';

export const text = z.string();
export const texts = z.array(text).readonly();
export const count = z.int().nonnegative();
export const milliseconds = z.number().nonnegative();
export const digest = text as unknown as z.ZodType<Digest>;
export const ballot = z.enum(['approve', 'deny']);
export const surface = z.enum(['slack', 'cli', 'api']);
/** What the token of a job's platform said. */
export const workload = z.object({ issuer: text, claims: z.record(text, text) });
export const service = z.union([
  z.object({ id: text, auth: z.enum(['api_key', 'queue_key']) }),
  z.object({ id: text, auth: z.literal('workload'), workload }),
]);
export const phase = z.enum(['submit', 'vote', 'escalate', 'deadline', 'redeem', 'replay']);
export const status = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'failed']);
export const resolvedBy = z.enum(['policy', 'people', 'clock', 'requester', 'system']);
/** Of a telling, by its kind. One that is told no more stays listed here, to be read. */
export const way = z.enum(tellingKinds);

/** As it was submitted, under the rules of its day: what it may hold is not judged again. */
export const submission = z.looseObject({
  action: text,
  user: z.looseObject({ id: text }),
  resource: z.looseObject({ id: text, type: text }),
  sensitive: z.array(text).optional(),
}) as unknown as z.ZodType<Submission>;

export const asked = z.looseObject({
  service: z.looseObject({ id: text }),
  request: z.looseObject({ id: text }),
  phase,
  now: z.iso.datetime(),
  votes: z.array(z.looseObject({ by: z.looseObject({ id: text, user: text }) })),
}) as unknown as z.ZodType<Asked>;
