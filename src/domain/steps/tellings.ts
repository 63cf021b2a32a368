// Who must hear that a request is resolved, on which ways.
import type { Effect } from '../effect.ts';
import type { RequestRecord } from '../record.ts';

/** Effects of a resolution. A request that nobody was asked about needs no card and no direct message. */
export function tellings(record: RequestRecord): readonly Effect[] {
  const wasAsked = record.approval !== undefined;
  // The last vote has its own line, and the card names who decided.
  const needsLine = record.resolution?.by !== 'people';
  const isSurprise = wasAsked || record.status === 'expired' || record.status === 'failed';
  return [
    ...(wasAsked ? ([{ kind: 'card' }] as const) : []),
    ...(wasAsked && needsLine ? ([{ kind: 'outcome_line' }] as const) : []),
    ...(isSurprise ? ([{ kind: 'direct_message' }] as const) : []),
    ...(record.submission.callback === undefined ? [] : ([{ kind: 'callback' }] as const)),
  ];
}
