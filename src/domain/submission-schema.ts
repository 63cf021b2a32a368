// What a submission must be: the schema, and everything that is wrong with a body, told at once.
import { z } from 'zod';
import type { Json, JsonObject } from './canonical.ts';
import { durationMs } from './duration.ts';
import type { Fault } from './fault.ts';
import { valueAt } from './pointer.ts';
import { faultsOf } from './schema-faults.ts';
import { isSpeakable, textFaults } from './speakable.ts';
import type { Submission } from './submission.ts';

export const MAX_EXPIRY_MS = 30 * 86_400_000;

const id = z.string().min(1).max(512);
/** Of a person or an agent: who they are must not depend on how it was typed. The digest is over what stands here then. */
const name = z.string().normalize('NFC').trim().min(1).max(512);
const OWNER_ERROR = { path: ['owner'], error: 'is filled from the directory; leave it out' };
// What comes in was decoded from JSON, so nothing else can be in it; walking it again would be half of parsing.
const json = z.unknown() as z.ZodType<Json>;
const properties = z.record(z.string(), json) as z.ZodType<JsonObject>;
const duration = z.string().refine(
  text => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= 1_000 && ms <= MAX_EXPIRY_MS;
  },
  { error: 'is not a duration between 1s and 30d; write for example "20m", "1h" or "7d"' },
);

/** What may be hidden from people: values that describe, never the names by which they know what they decide. */
const SENSITIVE = /^\/(?:params|context)\/.|^\/(?:user\/(?!id$)|resource\/(?!(?:id|type)$)).(?!.*\/$)/;
const SENSITIVE_ERROR =
  'is not a JSON pointer to a value below /params, /context, /user or /resource (ids and types stay visible); write for example "/params/iban".';

/** Unknown members are refused: a misspelt one would be outside the digest and on nobody's card. */
export const submissionSchema = z.strictObject({
  action: z.string().min(1).max(200),
  user: z
    .object({ id: name })
    .catchall(json)
    .refine(user => !('owner' in user), OWNER_ERROR),
  actor: z
    .object({ type: z.string().min(1).max(100), id: name })
    .catchall(json)
    .refine(actor => !('owner' in actor), OWNER_ERROR)
    .optional(),
  resource: z.object({ type: z.string().min(1).max(200), id }).catchall(json),
  params: properties.optional(),
  context: properties.optional(),
  reason: z.string().max(4_000).optional(),
  idempotency_key: z.string().min(1).max(255).optional(),
  callback: z
    .url({ protocol: /^https$/, error: 'is not an https URL; send one that begins with https://' })
    .max(2_000)
    .optional(),
  expires_in: duration.optional(),
  emergency: z.boolean().optional(),
  sensitive: z
    .array(z.string().regex(SENSITIVE, { error: SENSITIVE_ERROR }))
    .max(50)
    .optional(),
});

export type ParsedSubmission =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Checks a decoded JSON body. All faults are reported at once. */
export function parseSubmission(body: unknown): ParsedSubmission {
  if (!isSpeakable(body)) return { ok: false, faults: [...textFaults(body)] };
  const parsed = submissionSchema.safeParse(body);
  if (parsed.success) {
    const submission = parsed.data as Submission;
    const faults = [...emergencyFaults(submission), ...sensitiveFaults(submission)];
    return faults.length === 0 ? { ok: true, submission } : { ok: false, faults };
  }
  return { ok: false, faults: faultsOf(parsed.error, body) };
}

function emergencyFaults({ emergency, reason }: Submission): Fault[] {
  if (emergency !== true || (reason ?? '').trim() !== '') return [];
  return [{ pointer: '/reason', message: 'is missing; an emergency needs a reason, for whoever reviews it later.' }];
}

function sensitiveFaults(submission: Submission): Fault[] {
  return (submission.sensitive ?? []).flatMap((path, i) =>
    valueAt(submission, path) === undefined
      ? [{ pointer: `/sensitive/${i}`, message: 'points at nothing; name a value of this request, or leave it out.' }]
      : [],
  );
}
