// Approvals of people who have left the directory: whatever policy makes of them, they carry nothing any more.
import type { Decision } from './decision.ts';
import type { Vote } from './vote.ts';

/** Whether policy's answer rests on an approval by somebody whom the directory no longer knows. */
export function restsOnTheGone({ votes: verdicts }: Pick<Decision, 'votes'>, votes: readonly Vote[]): boolean {
  return votes.some(({ by, vote }, i) => vote === 'approve' && by.unknown === true && verdicts[i]?.counted === true);
}

/** Ends with the remedy. */
export const RESTS_ON_THE_GONE =
  'Policy counts an approval by somebody whom the directory no longer knows. Submit it again; policy can tell by votes[].by.unknown.';
