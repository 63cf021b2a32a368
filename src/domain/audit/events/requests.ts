// What becomes of a request: asked, judged, answered by people, ended.
import { z } from 'zod';
import {
  approvalSchema,
  obligationSchema,
  outcomeSchema as outcome,
  reasonSchema,
  verdictSchema,
} from '../../decision.ts';
import { evidenceSchema as evidence } from '../evidence.ts';
import {
  asked,
  ballot,
  count,
  digest,
  milliseconds,
  phase,
  resolvedBy,
  service,
  status,
  submission,
  surface,
  text,
} from '../parts.ts';
import { listed } from './listed.ts';

const reasons = z.array(reasonSchema);
const verdicts = z.array(verdictSchema);
const standing = z.object({ duration: text, uses: count });

export const REQUEST_EVENTS = {
  submitted: listed('chained', 'a service asked; sensitive values stand as digests', {
    /** When the service asked, where that was before. */
    asked_at: text.optional(),
    service,
    submission,
    digest,
    owner: text.optional(),
  }),
  delayed: listed('chained', 'policy could not be asked; noted once', { trouble: text }),
  decided: listed('chained', 'policy answered, and the answer was applied', {
    phase,
    outcome,
    /** What policy itself said, where that could not be carried out as it stood. */
    answered: outcome.optional(),
    reasons,
    approval: approvalSchema.optional(),
    verdicts,
    obligations: z.array(obligationSchema).optional(),
    standing: text.optional(),
    took_ms: milliseconds.optional(),
    asked: asked.optional(),
    evidence,
  }),
  requirement_changed: listed('chained', 'policy asks for something else than before', { words: text }),
  resolved: listed('chained', 'the request ended', {
    status,
    by: resolvedBy,
    reason: text.optional(),
    /** Which person it was, where its requester ended it and came as a person. */
    evidence: evidence.optional(),
  }),
  voted: listed('chained', 'a person answered; `counted` says whether policy counts it', {
    key: text,
    vote: ballot,
    reason: text.optional(),
    surface,
    standing: standing.optional(),
    counted: z.boolean(),
    evidence,
  }),
  refused: listed('either', 'an answer that does not count', {
    code: text,
    detail: text.optional(),
    key: text,
    vote: ballot.optional(),
    surface: surface.optional(),
    /** The request that it was meant for, where it stands in no chain. */
    id: text.optional(),
    /** What policy said, where it was asked. */
    answered: outcome.optional(),
    evidence,
  }),
  reminded: listed('chained', 'people were reminded, to answer or to review', {
    reminder: count,
    of: z.literal('review').optional(),
  }),
  questioned: listed('chained', 'somebody who is asked has a question for whoever asked; it is no answer', {
    by: text,
    question: text,
    evidence,
  }),
  handed_over: listed('chained', 'somebody who is asked would rather have another decide; it is no answer', {
    by: text,
    to: text,
    reason: text.optional(),
    evidence,
  }),
  nudged: listed('chained', 'whoever asked reminds the approvers', { by: text, evidence }),
  escalated: listed('chained', 'more people are asked', { channel: text.optional() }),
};
