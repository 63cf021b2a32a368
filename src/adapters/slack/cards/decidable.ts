// Whether people can decide about a request in Slack, as it stands.
import { mustBeShown } from '../../../domain/hidden.ts';
import type { RequestRecord } from '../../../domain/record.ts';

/** Whether it waits for an answer that may be given in Slack. */
export function isDecidable(record: RequestRecord): boolean {
  return record.status === 'pending' && isAskedHere(record);
}

/** Whether anybody can approve it in Slack as it stands. */
export function isApprovable(record: RequestRecord): boolean {
  return isDecidable(record) && !isBlind(record) && record.unapprovable === undefined;
}

/** Whether values are hidden that policy wants approvers to see. */
export function isBlind(record: RequestRecord): boolean {
  return record.status === 'pending' && mustBeShown(record).length > 0;
}

/** Whether policy lets people decide in Slack. */
export function isAskedHere({ approval }: RequestRecord): boolean {
  return approval !== undefined && (approval.surfaces === undefined || approval.surfaces.includes('slack'));
}
