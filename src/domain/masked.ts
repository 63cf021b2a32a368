// What people, logs and the audit see of a submission: values marked sensitive are shown as their digest.
import { digestOf } from './canonical.ts';
import { replacedAt } from './pointer.ts';
import type { Submission } from './submission.ts';

const known = new WeakMap<Submission, Submission>();

/**
 * The submission with each sensitive value replaced by `sha256:…` of its canonical JSON, so that two people can compare
 * what they were told without seeing it. A short value can be guessed from its digest; policy alone sees the value.
 */
export function masked(submission: Submission): Submission {
  if (submission.sensitive === undefined || submission.sensitive.length === 0) return submission;
  const before = known.get(submission);
  if (before !== undefined) return before;
  // Deepest first: a value inside a hidden one is hidden with it, and not looked for in a digest.
  const pointers = submission.sensitive.toSorted((a, b) => b.length - a.length);
  const after = pointers.reduce((seen, pointer) => replacedAt(seen, pointer, digestOf), submission);
  known.set(submission, after);
  return after;
}
