// What a service submits (design 3.1): the shape, its faults in words, and the digest people approve.
import { z } from 'zod';
import { type Digest, digestOf, type Json, type JsonObject } from './canonical.ts';
import { durationMs } from './duration.ts';
import { valueAt } from './pointer.ts';

export const MAX_EXPIRY_MS = 30 * 86_400_000;
const MAX_DEPTH = 64;

const id = z.string().min(1).max(512);
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

/** A number of many digits or with an exponent; digits within a text such as a UUID are none of it. */
const MAYBE_INEXACT = /(?:^|[\s:,[])-?(?:\d{16}|\d[\d.]*[eE])/;

/** Unknown members are refused: a misspelt one would be outside the digest and on nobody's card. */
export const submissionSchema = z.strictObject({
  action: z.string().min(1).max(200),
  user: z.object({ id }).catchall(json),
  actor: z
    .object({ type: z.string().min(1).max(100), id })
    .catchall(json)
    .refine(actor => !('owner' in actor), { path: ['owner'], error: 'is filled from the directory; leave it out' })
    .optional(),
  resource: z.object({ type: z.string().min(1).max(200), id }).catchall(json),
  params: properties.optional(),
  context: properties.optional(),
  reason: z.string().max(4_000).optional(),
  idempotency_key: z.string().min(1).max(255).optional(),
  callback: z
    .url({ protocol: /^https$/, error: 'is not an https URL' })
    .max(2_000)
    .optional(),
  expires_in: duration.optional(),
  emergency: z.boolean().optional(),
  sensitive: z
    .array(z.string().regex(SENSITIVE, { error: SENSITIVE_ERROR }))
    .max(50)
    .optional(),
});

type Entity = { readonly id: string; readonly [property: string]: Json };

/** An action request as submitted. The members action, user, actor, resource and params are what the digest covers. */
export type Submission = {
  readonly action: string;
  readonly user: Entity;
  readonly actor?: Entity & { readonly type: string };
  readonly resource: Entity & { readonly type: string };
  readonly params?: JsonObject;
  readonly context?: JsonObject;
  readonly reason?: string;
  readonly idempotency_key?: string;
  readonly callback?: string;
  readonly expires_in?: string;
  /** Asks policy to break glass; it then needs a reason. */
  readonly emergency?: boolean;
  /** JSON pointers (RFC 6901) to values that people see as a digest only. */
  readonly sensitive?: readonly string[];
};

/** One thing wrong with a submission: where (JSON pointer) and what, ending with the remedy. */
export type Fault = { readonly pointer: string; readonly message: string };

export type ParsedSubmission =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Checks a decoded JSON body. All faults are reported at once. */
export function parseSubmission(body: unknown): ParsedSubmission {
  if (!isSpeakable(body, 0)) return { ok: false, faults: [...textFaults(body, '', 0)] };
  const parsed = submissionSchema.safeParse(body);
  if (parsed.success) {
    const submission = parsed.data as Submission;
    const faults = [...emergencyFaults(submission), ...sensitiveFaults(submission)];
    return faults.length === 0 ? { ok: true, submission } : { ok: false, faults };
  }
  return { ok: false, faults: faultsOf(parsed.error, body) };
}

/** The digest people approve, a grant names and a redemption presents (design 3.1). */
export function submissionDigest(submission: Submission): Digest {
  const { action, user, actor, resource, params } = submission;
  return digestOf({ action, user, actor, resource, params });
}

/**
 * Decodes JSON text, refusing integers that a double cannot hold: policy would see the exact number and the digest
 * a rounded one, so that people would approve something else than what was sent.
 */
export function decodeJson(text: string): { ok: true; value: unknown } | { ok: false; fault: Fault } {
  let inexact: string | undefined;
  const exact = (_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && isInexact(value, source)) inexact ??= source;
    return value;
  };
  try {
    const value: unknown = MAYBE_INEXACT.test(text) ? JSON.parse(text, exact as never) : JSON.parse(text);
    if (inexact === undefined) return { ok: true, value };
    const message = `the number ${inexact.slice(0, 40)} cannot be held exactly; send it as a string.`;
    return { ok: false, fault: { pointer: '', message } };
  } catch {
    return { ok: false, fault: { pointer: '', message: 'the body is not JSON; send one JSON object.' } };
  }
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

function isInexact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  return (
    Number.isInteger(value) && !Number.isSafeInteger(value) && !/[.eE]/.test(source) && BigInt(source) !== BigInt(value)
  );
}

/** Every fault that a schema found in a decoded body, in words. */
export function faultsOf({ issues }: z.ZodError, body: unknown): Fault[] {
  return issues.flatMap(issue => faultsOfIssue(issue, body));
}

function faultsOfIssue(issue: z.core.$ZodIssue, body: unknown): Fault[] {
  const pointer = pointerOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      pointer: `${pointer}/${escapePointer(key)}`,
      message: 'is not a known member; put further facts under params or context.',
    }));
  }
  if (issue.code === 'invalid_type') {
    const fault = isThere(body, issue.path) ? 'is of the wrong type' : 'is missing';
    return [{ pointer, message: `${fault}; send ${article(issue.expected)}.` }];
  }
  return [{ pointer, message: issue.message.endsWith('.') ? issue.message : `${issue.message}.` }];
}

function isThere(body: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = body;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at !== undefined;
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map(part => `/${escapePointer(String(part))}`).join('');
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Whether `textFaults` would find nothing; said first, because it nearly always is so. */
function isSpeakable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || !key.isWellFormed()) return false;
    if (!isSpeakable((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

/** What JSON can carry but a canonical form, a policy or a card cannot. */
function* textFaults(value: unknown, pointer: string, depth: number): Generator<Fault> {
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      yield { pointer, message: 'has a lone surrogate and no canonical form; send valid Unicode.' };
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) {
      yield { pointer, message: `is nested deeper than ${MAX_DEPTH} levels; flatten it.` };
      return;
    }
    for (const key of Object.keys(value)) {
      const at = `${pointer}/${escapePointer(key)}`;
      if (!key.isWellFormed()) yield { pointer: at, message: 'has a name with a lone surrogate; send valid Unicode.' };
      if (key === '__proto__')
        yield { pointer: at, message: 'is a name that JavaScript cannot carry safely; rename it.' };
      yield* textFaults((value as Record<string, unknown>)[key], at, depth + 1);
    }
  }
}
