// The kinds of values that variables have. An error says what to write instead and never quotes what was written.
import { z } from 'zod';
import { durationMs } from '../domain/duration.ts';

export const DAY_MS = 86_400_000;

export function url(protocols: readonly string[], example: string) {
  return z.string().refine(text => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `is not a URL that begins with ${protocols.map(p => `${p}//`).join(' or ')}; write for example ${example}.`,
  });
}

export function port(fallback: number) {
  const error = 'is not a port; write a number from 0 (any free port) to 65535.';
  return wholeNumber(0, 65_535, error).default(fallback);
}

export function wholeNumber(min: number, max: number, error: string) {
  return z
    .string()
    .refine(text => /^\d{1,12}$/.test(text) && Number(text) >= min && Number(text) <= max, { error })
    .transform(Number);
}

export function duration(minMs: number, maxMs: number, error: string) {
  return z
    .string()
    .refine(
      text => {
        const ms = durationMs(text);
        return ms !== undefined && ms >= minMs && ms <= maxMs;
      },
      { error },
    )
    .transform(text => durationMs(text) ?? minMs);
}

/** Something that is off unless it is switched on. */
export function flag(remedy: string) {
  return z
    .enum(['true', 'false'], { error: `is neither true nor false; ${remedy}` })
    .default('false')
    .transform(text => text === 'true');
}
