// A request's id follows from who submits and under which key, so that submitting twice is submitting once.
import { hash } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u to misread
const LENGTH = 26; // 130 bits

/** The id of the request that `service` submits under `key`: `req_` and 26 characters of their SHA-256. */
export function requestId(service: string, key: string): string {
  const bytes = hash('sha256', `${service}\0${key}`, 'buffer');
  let text = '';
  let bits = 0;
  let held = 0; // how many of `bits` are not written yet
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 5 && text.length < LENGTH; held -= 5) text += ALPHABET[(bits >> (held - 5)) & 31];
    if (text.length === LENGTH) break;
    bits &= (1 << held) - 1;
  }
  return `req_${text}`;
}

export const REQUEST_ID = /^req_[0-9a-hjkmnp-tv-z]{26}$/;
