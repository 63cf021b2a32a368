// One spelling for one value: RFC 8785 canonical JSON, and the SHA-256 digest over it.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** RFC 8785 (JSON Canonicalization Scheme) text of a value. Absent (undefined) members are left out, never `null`. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('undefined has no canonical form; pass a JSON value.');
  return text;
}

/** SHA-256 over the UTF-8 bytes of a text. */
export function digestOfText(text: string): Digest {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

/** SHA-256 over the canonical JSON of a value. */
export function digestOf(value: unknown): Digest {
  return digestOfText(canonical(value));
}
