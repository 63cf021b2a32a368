// What a schema finds wrong with something that was sent: where, and in words that end with the remedy.
import type { z } from 'zod';
import type { Fault } from './fault.ts';
import { escaped } from './pointer.ts';

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
  const message = LIBRARY_WORDS.test(issue.message) ? (inOurWords(issue) ?? issue.message) : issue.message;
  return [{ pointer, message: message.endsWith('.') ? message : `${message}.` }];
}

/** How the schema library begins where a schema says nothing of its own: such words name no remedy. */
const LIBRARY_WORDS = /^(Too (small|big)|Invalid)\b/;

function inOurWords(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'invalid_value')
    return `is none of what is known; send one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') {
    if (issue.origin === 'string' || issue.origin === 'array')
      return issue.minimum === 1 ? 'is empty; put something in it' : `is too short; send at least ${issue.minimum}`;
    return `is too little; send at least ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `is too long; send at most ${issue.maximum} characters`;
    return issue.origin === 'array'
      ? `has too many members; send at most ${issue.maximum}`
      : `is too much; send at most ${issue.maximum}`;
  }
  return undefined;
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
