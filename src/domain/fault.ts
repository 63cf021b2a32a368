// What is wrong with something that was sent: where, and in words that end with the remedy.
import type { z } from 'zod';
import { escaped } from './pointer.ts';

/** One thing wrong: where (JSON pointer) and what, ending with the remedy. */
export type Fault = { readonly pointer: string; readonly message: string };

/** Every fault that a schema found in a decoded body, in words. */
export function faultsOf({ issues }: z.ZodError, body: unknown): Fault[] {
  return issues.flatMap(issue => faultsOfIssue(issue, body));
}

function faultsOfIssue(issue: z.core.$ZodIssue, body: unknown): Fault[] {
  const pointer = pointerOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      pointer: `${pointer}/${escaped(key)}`,
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
  return path.map(part => `/${escaped(String(part))}`).join('');
}
