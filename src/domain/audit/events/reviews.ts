// What is looked at afterwards, because it was let pass at once.
import { z } from 'zod';
import { approverSchema } from '../../decision.ts';
import { evidenceSchema as evidence } from '../evidence.ts';
import { surface, text } from '../parts.ts';
import { listed } from './listed.ts';

export const REVIEW_EVENTS = {
  review_opened: listed('chained', 'it was let pass at once and must be looked at afterwards', {
    due: text,
    reviewers: z.array(approverSchema).readonly().optional(),
  }),
  review_closed: listed('chained', 'somebody who had no part in it has looked', {
    by: text,
    note: text,
    surface,
    evidence,
  }),
  review_refused: listed('noted', 'somebody may not close a review', { code: text, id: text, key: text, evidence }),
};
