// From the bytes of a body to what a call means: nothing is guessed, repaired or read loosely on the way.
import type { z } from 'zod';
import { decodeJson } from '../../domain/exact-json.ts';
import type { Fault } from '../../domain/fault.ts';
import { faultsOf } from '../../domain/schema-faults.ts';
import type { Submission } from '../../domain/submission.ts';
import { parseSubmission } from '../../domain/submission-schema.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** As Node gives it. */
type Header = string | readonly string[] | undefined;

const MAX_KEY_LENGTH = 255;

/**
 * Reads a submission and the idempotency key, which comes as a member or as the header `Idempotency-Key`. Afterwards it
 * is a member in any case, so that the same request is the same however its key travelled.
 */
export function readSubmission(
  body: unknown,
  keyHeader: Header,
): Read<{ readonly submission: Submission; readonly key?: string }> {
  const decoded = readJson(body);
  if (!decoded.ok) return decoded;
  const parsed = parseSubmission(decoded.value);
  if (!parsed.ok) return parsed;
  const { submission } = parsed;
  const read = readKey(keyHeader, submission.idempotency_key);
  if (!read.ok) return read;
  const key = read.value;
  if (key === undefined) return { ok: true, value: { submission } };
  return { ok: true, value: { submission: { ...submission, idempotency_key: key }, key } };
}

/** The JSON of a body, with nothing repaired. */
export function readJson(body: unknown): Read<unknown> {
  const text = decodeUtf8(body);
  if (text === undefined) return faulty('', 'the body is not UTF-8; send JSON in UTF-8.');
  const decoded = decodeJson(text);
  return decoded.ok ? decoded : { ok: false, faults: [decoded.fault] };
}

/** A body as its schema has it. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): Read<z.infer<S>> {
  const decoded = readJson(body);
  if (!decoded.ok) return decoded;
  const parsed = schema.safeParse(decoded.value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, faults: faultsOf(parsed.error, decoded.value) };
}

/** The idempotency key, from the header or the member. */
export function readKey(given: Header, member: string | undefined): Read<string | undefined> {
  const header = typeof given === 'object' ? given.join(', ') : given;
  if (header === undefined) return { ok: true, value: member };
  if (header === '' || header.length > MAX_KEY_LENGTH) {
    return faulty('/idempotency_key', `has 1 to ${MAX_KEY_LENGTH} characters; shorten the header Idempotency-Key.`);
  }
  if (member !== undefined && member !== header) {
    return faulty('/idempotency_key', 'differs from the header Idempotency-Key; send one of them.');
  }
  return { ok: true, value: header };
}

/** A lenient decoder would put U+FFFD for what it cannot read, and people would approve another text than was sent. */
function decodeUtf8(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function faulty(pointer: string, message: string): Read<never> {
  return { ok: false, faults: [{ pointer, message }] };
}
