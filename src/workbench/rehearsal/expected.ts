// What a scenario may expect, after a step and at the end: the form in which people write it.
import { z } from 'zod';

const OUTCOMES = ['allow', 'deny', 'require_approval', 'error'] as const;
const STATUSES = ['pending', 'approved', 'denied', 'expired', 'cancelled', 'failed'] as const;
const texts = z.union([z.string(), z.array(z.string())]).transform(text => (Array.isArray(text) ? text : [text]));

const members = {
  outcome: z.enum(OUTCOMES).optional(),
  status: z.enum(STATUSES).optional(),
  resolved_by: z.enum(['policy', 'people', 'clock', 'requester', 'system']).optional(),
  /** Codes that must be among policy's reasons. */
  code: texts.optional(),
  /** Rules that must be among them. */
  rule: texts.optional(),
  /** Words that people read: policy's, or those of the end. A part of them is enough. */
  why: texts.optional(),
  /** The stages that must approve, by id; in any order. */
  stages: texts.optional(),
  /** Everybody who may answer, as `group finance`, `user carol`, in any order. */
  approvers: texts.optional(),
  /** Those of them whose answer is awaited now: their stage is open and not full. */
  waits_for: texts.optional(),
  /** `1 of 2` for the only stage, or one for each stage by id. */
  have: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  /** How many reminders were written so far. */
  reminders: z.int().min(0).optional(),
  escalated: z.boolean().optional(),
  obligations: texts.optional(),
  /** What must be among the things told since the step before: `reminder`, `notice C0SEC`, `direct_message`. */
  told: texts.optional(),
  review: z.enum(['none', 'open', 'closed']).optional(),
  standing: z.enum(['none', 'given', 'ended', 'used']).optional(),
  channel: z.string().optional(),
  severity: z.string().optional(),
  expires_in: z.string().optional(),
};

const endSchema = z.strictObject(members);
const stepSchema = z.strictObject({
  ...members,
  counted: z.boolean().optional(),
  /** `counted`, `redeemed`, `cancelled` …, or the code of the refusal. */
  verdict: z.string().optional(),
});

export type Expected = z.infer<typeof endSchema>;
export type ExpectedOfStep = z.infer<typeof stepSchema>;

/** A single word is enough: `expect: approved`, `expect: deny`. */
function fromWord(value: unknown): unknown {
  if (OUTCOMES.includes(value as never)) return { outcome: value };
  return STATUSES.includes(value as never) ? { status: value } : value;
}

export const expectedAtEnd = z.preprocess(fromWord, endSchema);

/** After a step any other word is its verdict: `expect: redeemed`, `expect: not_eligible`. */
export const expectedOfStep = z.preprocess(value => {
  const widened = fromWord(value);
  return typeof widened === 'string' ? { verdict: widened } : widened;
}, stepSchema);
