// A request's id follows from who submits and under which key, so that submitting twice is submitting once.
import { createHash } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u to misread

/** The id of the request that `service` submits under `key`: `req_` and 26 characters of their SHA-256. */
export function requestId(service: string, key: string): string {
  const bytes = createHash('sha256').update(`${service}\0${key}`, 'utf8').digest();
  let bits = 0n;
  for (const byte of bytes.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) text += ALPHABET[Number((bits >> BigInt(131 - i * 5)) & 31n)] ?? '';
  return `req_${text}`;
}

export const REQUEST_ID = /^req_[0-9a-hjkmnp-tv-z]{26}$/;
