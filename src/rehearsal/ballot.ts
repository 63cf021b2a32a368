// An answer as people write it: `bob approves`, `carol denies: not now`, `bob:approve`, `carol:deny:not now`.
import type { Ballot } from '../domain/vote.ts';

export type Written = { readonly by: string; readonly vote: Ballot; readonly reason?: string };

const SENTENCE = /^(\S+)\s+(approves|denies)(?:\s*:\s*(.+))?$/s;
const COLONS = /^([^:\s]+):(approve|deny)(?::(.+))?$/s;

/** Undefined where it is neither. */
export function readAnswer(text: string): Written | undefined {
  const [, by, verb, reason] = SENTENCE.exec(text.trim()) ?? COLONS.exec(text.trim()) ?? [];
  if (by === undefined || verb === undefined) return undefined;
  const vote = verb.startsWith('approve') ? 'approve' : 'deny';
  return { by, vote, ...(reason === undefined ? {} : { reason: reason.trim() }) };
}
