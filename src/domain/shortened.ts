// A question too large for policy to judge in a moment: large values are put as their digests, and policy is told which.
import { canonical, digestOfText, type Json } from './canonical.ts';
import { escaped, replacedAt, valueAt } from './pointer.ts';
import type { PolicyInput } from './policy-input.ts';

/** A value no larger than this is always put as it is. */
const KEPT_BYTES = 1_024;
const PARTS = ['user', 'actor', 'resource', 'params', 'context'] as const;
/** What may be replaced as a whole, where many small members make it large. */
const WHOLE = ['params', 'context'] as const;

export type Shortened = { readonly input: PolicyInput; readonly pointers: readonly string[] };

/**
 * The question with `{"digest": "sha256:…", "bytes": N}` (of the canonical JSON) in place of every member of `user`,
 * `actor`, `resource`, `params` and `context` larger than 1 KiB; where that is not enough, of `params` or `context` as a
 * whole. `request.shortened` lists the pointers. Undefined where even that stays above the limit.
 */
export function shortened(input: PolicyInput, limitBytes: number): Shortened | undefined {
  const members = PARTS.flatMap(part => membersOf(input, part));
  const after = members.reduce(shorten, { input, pointers: [] });
  const whole = WHOLE.map(part => `/${part}`).reduce(
    (seen, pointer) => (bytesOf(valueAt(seen.input, pointer)) > limitBytes / 4 ? shorten(seen, pointer) : seen),
    after,
  );
  const told = { ...whole.input, request: { ...whole.input.request, shortened: whole.pointers } } as PolicyInput;
  return bytesOf(told as Json) > limitBytes ? undefined : { input: told, pointers: whole.pointers };
}

function membersOf(input: PolicyInput, part: (typeof PARTS)[number]): string[] {
  const value = input[part];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).map(name => `/${part}/${escaped(name)}`);
}

function shorten(seen: Shortened, pointer: string): Shortened {
  const value = valueAt(seen.input, pointer);
  if (value === undefined) return seen;
  const text = canonical(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= KEPT_BYTES) return seen;
  // What stands inside of it is gone with it.
  const pointers = [...seen.pointers.filter(before => !before.startsWith(`${pointer}/`)), pointer];
  return { input: replacedAt(seen.input, pointer, () => ({ digest: digestOfText(text), bytes })), pointers };
}

function bytesOf(value: Json | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
