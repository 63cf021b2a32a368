// JSON text as what it says: nothing is repaired, and no number is rounded on the way.
import type { Fault } from './fault.ts';

/** A number of many digits or with an exponent; digits within a text such as a UUID are none of it. */
const MAYBE_INEXACT = /(?:^|[\s:,[])-?(?:\d{16}|\d[\d.]*[eE])/;

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

function isInexact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  return (
    Number.isInteger(value) && !Number.isSafeInteger(value) && !/[.eE]/.test(source) && BigInt(source) !== BigInt(value)
  );
}
