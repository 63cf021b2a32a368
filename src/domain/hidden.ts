// What the requester hid from those who decide: which of it policy lets be hidden, and which keeps anybody from approving.
import { isWithin } from './pointer.ts';
import type { RequestRecord } from './record.ts';

/** What an approval is about; of claims beside it policy alone says whether they may be hidden. */
const DECIDED_ON = ['/params', '/resource'] as const;

/** Pointers to hidden values that approvers must see: while there are any, nobody can approve. */
export function mustBeShown({
  submission,
  approval,
}: Pick<RequestRecord, 'submission' | 'approval'>): readonly string[] {
  const { sensitive = [] } = submission;
  const mayHide = approval?.may_hide ?? [];
  return sensitive.filter(
    pointer => DECIDED_ON.some(part => isWithin(pointer, part)) && !mayHide.some(part => isWithin(pointer, part)),
  );
}
