// From the bytes of a body to a submission: nothing is guessed, repaired or read loosely on the way.
import { decodeJson, type Fault, parseSubmission, type Submission } from '../../domain/submission.ts';

export type ReadSubmission =
  | { readonly ok: true; readonly submission: Submission; readonly key?: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const MAX_KEY_LENGTH = 255;

/**
 * Reads a submission and the idempotency key, which comes as a member or as the header `Idempotency-Key`. Afterwards it
 * is a member in any case, so that the same request is the same however its key travelled.
 */
export function readSubmission(body: unknown, keyHeader: string | undefined): ReadSubmission {
  const text = decodeUtf8(body);
  if (text === undefined) return faulty('', 'the body is not UTF-8; send JSON in UTF-8.');
  const decoded = decodeJson(text);
  if (!decoded.ok) return { ok: false, faults: [decoded.fault] };
  const parsed = parseSubmission(decoded.value);
  if (!parsed.ok) return parsed;
  const { submission } = parsed;
  if (keyHeader === undefined) {
    const key = submission.idempotency_key;
    return { ok: true, submission, ...(key === undefined ? {} : { key }) };
  }
  if (keyHeader === '' || keyHeader.length > MAX_KEY_LENGTH) {
    return faulty('/idempotency_key', `has 1 to ${MAX_KEY_LENGTH} characters; shorten the header Idempotency-Key.`);
  }
  if (submission.idempotency_key !== undefined && submission.idempotency_key !== keyHeader) {
    return faulty('/idempotency_key', 'differs from the header Idempotency-Key; send one of them.');
  }
  return { ok: true, submission: { ...submission, idempotency_key: keyHeader }, key: keyHeader };
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

function faulty(pointer: string, message: string): ReadSubmission {
  return { ok: false, faults: [{ pointer, message }] };
}
