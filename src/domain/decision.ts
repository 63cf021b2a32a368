// What policy answers, parsed strictly: unknown members are tolerated, missing ones are not.
import { z } from 'zod';
import { durationMs } from './duration.ts';

const duration = z.string().refine(text => (durationMs(text) ?? 0) > 0, { error: 'is not a duration such as "20m"' });

export const reasonSchema = z.object({
  code: z.string(),
  /** For everybody: whoever asked, and whoever is asked. */
  message: z.string().optional(),
  /** For the requester alone: what they can do about it. */
  hint: z.string().optional(),
  rule: z.string().optional(),
});

export const approverSchema = z.object({
  type: z.enum(['user', 'group', 'slack_usergroup', 'slack_channel']),
  id: z.string().min(1),
});

export const stageSchema = z.object({
  id: z.string().min(1),
  title: z.string().optional(),
  quorum: z.int().min(1),
  have: z.int().min(0),
  approvers: z.array(approverSchema).min(1),
  /** Whether people can answer for it now; stages of one order are open together, later ones wait. */
  open: z.boolean().optional(),
});

/** Somebody whom a rule keeps from approving: the author of the change, say. */
const excludedSchema = z.object({ user: z.string().min(1), code: z.string(), message: z.string().optional() });

const escalationSchema = z.object({
  after: duration,
  channel: z.string().min(1).optional(),
  approvers: z.array(approverSchema).optional(),
});

export const approvalSchema = z.object({
  stages: z.array(stageSchema).min(1),
  channel: z.string().min(1).optional(),
  severity: z.string().optional(),
  surfaces: z.array(z.string()).optional(),
  expires_in: duration.optional(),
  reason_required: z.enum(['never', 'on_deny', 'always']).optional(),
  self_approval: z.boolean().optional(),
  /** People may approve although nobody knows who asked: neither the directory nor Slack. */
  unknown_requester: z.boolean().optional(),
  excluded: z.array(excludedSchema).optional(),
  /** What policy lets pass for once; shown to everybody who is asked. */
  waivers: z.array(reasonSchema).optional(),
  /** One person's approval counts in every stage that names them. */
  one_click_fills_all: z.boolean().optional(),
  /** Whose phones buzz: those of the people who are awaited, everybody's in the channel, nobody's. */
  notify: z.enum(['members', 'channel', 'none']).optional(),
  /** Whether Approve asks once more; left out: where the severity is high or critical. */
  confirm: z.boolean().optional(),
  /** Hidden values that may stay hidden from approvers: JSON pointers, each with all that lies within it. */
  may_hide: z.array(z.string().regex(/^\//, { error: 'is not a JSON pointer such as "/params/iban"' })).optional(),
  /** From the submission; more than two would be nagging. */
  remind_after: z.array(duration).max(2).optional(),
  escalate: escalationSchema.optional(),
  standing: z
    .object({
      max_duration: duration,
      max_uses: z.int().min(1),
      any_params: z.boolean().optional(),
    })
    .optional(),
});

export const outcomeSchema = z.enum(['allow', 'deny', 'require_approval', 'error']);

export const verdictSchema = z.object({ by: z.string(), counted: z.boolean(), code: z.string().optional() });

export const obligationSchema = z.looseObject({ type: z.string(), mandatory: z.boolean().optional() });

const decisionSchema = z
  .object({
    contract: z.literal(1),
    outcome: outcomeSchema,
    reasons: z.array(reasonSchema).default([]),
    approval: approvalSchema.optional(),
    votes: z.array(verdictSchema).default([]),
    obligations: z.array(obligationSchema).default([]),
    grant: z
      .object({
        ttl: duration.optional(),
        max_uses: z.int().min(1).optional(),
        /** Who may take the approval back, beside whoever asked or approved. */
        revokers: z.array(approverSchema).optional(),
      })
      .optional(),
    /** Policy knows that values of a very large request come as digests, and has judged without them. */
    accepts_shortened: z.boolean().optional(),
  })
  .refine(decision => decision.outcome !== 'require_approval' || decision.approval !== undefined, {
    error: 'is missing, and require_approval says nothing without it',
    path: ['approval'],
  });

export type Decision = z.infer<typeof decisionSchema>;
export type Outcome = Decision['outcome'];
export type Reason = z.infer<typeof reasonSchema>;
export type Stage = z.infer<typeof stageSchema>;
export type Approver = z.infer<typeof approverSchema>;
export type Approval = z.infer<typeof approvalSchema>;
export type Obligation = z.infer<typeof obligationSchema>;

export type ParsedDecision =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly cause: string };

/** Policy's reasons in one line. A message may have commas and semicolons of its own, so that neither tells one from the next. */
export function reasonWords(reasons: readonly Pick<Reason, 'code' | 'message'>[]): string {
  return reasons.map(({ code, message }) => message || code).join(' · ');
}

/**
 * Reads policy's result document. A bare boolean is an answer too: `true` allows, `false` denies. A decision must give
 * exactly one verdict for each vote it was asked with, in their order: an undefined entry falls out of a Rego
 * comprehension without a trace.
 */
export function parseDecision(
  result: unknown,
  votesAsked: readonly { readonly by: { readonly id: string } }[],
): ParsedDecision {
  if (typeof result === 'boolean') return { ok: true, decision: bareAnswer(result, votesAsked) };
  const parsed = decisionSchema.safeParse(result);
  if (!parsed.success) return { ok: false, cause: describe(parsed.error) };
  const { votes } = parsed.data;
  const isComplete =
    votes.length === votesAsked.length && votes.every((verdict, i) => verdict.by === votesAsked[i]?.by.id);
  if (!isComplete) {
    return {
      ok: false,
      cause: `votes: asked with ${votesAsked.length} vote(s), the verdicts are not one for each in that order`,
    };
  }
  return { ok: true, decision: withoutProgress(parsed.data) };
}

/** Beside an answer that asks nobody, an approval is how far it came: many write it, and it changes nothing. */
function withoutProgress(decision: Decision): Decision {
  if (decision.outcome === 'require_approval') return decision;
  const { approval: _progress, ...answer } = decision;
  return answer;
}

/** A boolean rule knows no votes, so none of them counts. */
function bareAnswer(allowed: boolean, votesAsked: readonly { readonly by: { readonly id: string } }[]): Decision {
  return {
    contract: 1,
    outcome: allowed ? 'allow' : 'deny',
    reasons: [],
    votes: votesAsked.map(({ by }) => ({ by: by.id, counted: false, code: 'boolean_policy' })),
    obligations: [],
  };
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(issue => `${issue.path.join('.') || 'result'}: ${issue.message}`)
    .join('; ');
}
