// One spelling for one value: RFC 8785 canonical JSON, and the SHA-256 digest over it.
import { hash } from 'node:crypto';

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a value. Absent (undefined) members are left out, never `null`.
 *
 * Ours because it is on the path of every decision, several times: a library took half as long again (and a test holds
 * ours against it). ECMAScript's own JSON text of strings and numbers is what the RFC prescribes; what has no canonical
 * form, such as a lone surrogate, is refused where it comes in.
 */
export function canonical(value: unknown): string {
  if (value === undefined) throw new TypeError('undefined has no canonical form; pass a JSON value.');
  return textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${item === undefined ? 'null' : textOf(item)}`;
    return `[${text}]`;
  }
  const members = value as { readonly [key: string]: unknown };
  // Sorting by UTF-16 code units, which is what JavaScript does and what the RFC asks for (section 3.2.3).
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${nameOf(key)}${textOf(member)}`;
  }
  return `{${text}}`;
}

/** Names of members are few and come again with every question. Bounded, for submissions bring their own. */
const names = new Map<string, string>();
const MOST_NAMES = 1_000;
const LONGEST_NAME = 40;

function nameOf(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = `${JSON.stringify(key)}:`;
  if (names.size < MOST_NAMES && key.length <= LONGEST_NAME) names.set(key, name);
  return name;
}

/** SHA-256 over the UTF-8 bytes of a text. */
export function digestOfText(text: string): Digest {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** SHA-256 over the canonical JSON of a value. */
export function digestOf(value: unknown): Digest {
  return digestOfText(canonical(value));
}
