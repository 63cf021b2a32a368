// What is said of a request below its card and in other channels: which file has the words for it.
import type { NoticeKind, RequestRecord } from '../../../domain/record.ts';
import type { Line } from '../../../flow/ports.ts';
import { reviewReminder } from './after-review.ts';
import { asideLine } from './asides.ts';
import { noticeMessage, outcomeLine, type Said, voteLine } from './lines.ts';
import type { Mentions } from './people.ts';
import { remarkLine } from './remarks.ts';

export function noticeOf(record: RequestRecord, channel: string, says: NoticeKind, mentions: Mentions): Said {
  return says === 'review_due' ? reviewReminder(record, mentions) : noticeMessage(record, channel, mentions);
}

export function lineOf(record: RequestRecord, line: Line, mentions: Mentions): Said | undefined {
  switch (line.kind) {
    case 'vote':
      return voteLine(record, line.vote, line.progress, mentions);
    case 'aside':
      return asideLine(record, line.aside, mentions);
    case 'outcome':
      return outcomeLine(record, mentions);
    case 'remark':
      return remarkLine(record, line.says, mentions);
    default:
      return line satisfies never;
  }
}
