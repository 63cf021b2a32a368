// Past decisions out of audit entries: each with the question it answered, in the order of the audit, in bounded memory.
import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit.ts';
import type { Ruling } from '../../domain/comparison.ts';
import { approvalSchema, outcomeSchema, type Reason, reasonSchema } from '../../domain/decision.ts';
import type { Phase, PolicyInput } from '../../domain/policy-input.ts';
import { recordedInput } from '../../domain/recorded.ts';
import type { Submission } from '../../domain/submission.ts';

export type PastDecision = {
  readonly kind: 'decision';
  readonly id: string;
  readonly at: string;
  readonly phase: Phase;
  readonly input: PolicyInput;
  readonly ruling: Extract<Ruling, { kind: 'answer' }>;
  readonly reasons: readonly Reason[];
  /** How long the policy of then took to answer, where it was recorded. */
  readonly tookMs?: number;
  /** Values of the request are known as digests only: a rule that reads them may answer otherwise. */
  readonly isMasked: boolean;
};

/**
 * Why a recorded decision cannot be asked again:
 * - `no_question`: the entry is of a version that did not record the question.
 * - `no_submission`: the request's submission is not in what was read.
 * - `unreadable`: the entry is not in the form in which decisions are recorded.
 */
export type Skip = { readonly kind: 'skip'; readonly why: 'no_question' | 'no_submission' | 'unreadable' };

export type HistoryOptions = {
  /** Decisions before this moment are left out, milliseconds since 1970; their requests' submissions are remembered. */
  readonly sinceMs?: number;
  /** Where a submission is found that lies before what is read. */
  readonly recall?: (id: string) => Promise<Submission | undefined>;
  /** How much of submissions is remembered, in characters of JSON. Beyond it the oldest are forgotten. */
  readonly remember?: number;
};

const REMEMBER = 64 * 1024 * 1024;

/** Anything with the members of a decision in it: decisions of every phase, whatever their event is called. */
const decisionEntry = z.object({
  at: z.iso.datetime(),
  outcome: outcomeSchema,
  /** Policy's own outcome, where it could not be carried out as it stood. */
  answered: outcomeSchema.optional(),
  reasons: z.array(reasonSchema).default([]),
  approval: approvalSchema.optional(),
  verdicts: z.array(z.object({ by: z.string(), counted: z.boolean(), code: z.string().optional() })).default([]),
  obligations: z.array(z.looseObject({ type: z.string(), mandatory: z.boolean().optional() })).optional(),
  tookMs: z.number().nonnegative().optional(),
});

const askedEntry = z.object({
  service: z.looseObject({ id: z.string() }),
  request: z.looseObject({ id: z.string() }),
  phase: z.enum(['submit', 'vote', 'escalate', 'deadline', 'redeem', 'replay']),
  now: z.iso.datetime(),
  votes: z.array(z.looseObject({ by: z.looseObject({ id: z.string(), user: z.string() }) })),
});

export async function* pastDecisions(
  entries: AsyncIterable<AuditEntry>,
  { sinceMs = -Infinity, recall, remember = REMEMBER }: HistoryOptions = {},
): AsyncGenerator<PastDecision | Skip> {
  const submissions = memory(remember);
  for await (const entry of entries) {
    if (submissions.isRepeated(entry)) continue;
    if (entry.event === 'submitted') submissions.keep(entry);
    const isDecision = entry.event === 'decided' || (entry.asked !== undefined && entry.outcome !== undefined);
    if (!isDecision || Date.parse(entry.at) < sinceMs) continue;
    if (entry.asked === undefined) yield { kind: 'skip', why: 'no_question' };
    else {
      const kept = submissions.of(entry.request);
      yield read(entry, kept ?? (await recall?.(entry.request)), isMasked(kept));
    }
  }
}

/** The audit holds digests in the place of sensitive values; the record, where it is still there, the values. */
function isMasked(kept: Submission | undefined): boolean {
  return (kept?.sensitive?.length ?? 0) > 0;
}

function read(entry: AuditEntry, submission: Submission | undefined, isMasked: boolean): PastDecision | Skip {
  const parsed = decisionEntry.safeParse(entry);
  const asked = askedEntry.safeParse(entry.asked);
  if (!parsed.success || !asked.success) return { kind: 'skip', why: 'unreadable' };
  const input = submission === undefined ? undefined : recordedInput(submission, entry);
  if (input === undefined) return { kind: 'skip', why: 'no_submission' };
  const { outcome, answered, reasons, approval, verdicts, obligations, tookMs } = parsed.data;
  return {
    kind: 'decision',
    id: entry.request,
    at: entry.at,
    phase: input.phase,
    input,
    ruling: { kind: 'answer', decision: { outcome: answered ?? outcome, approval, votes: verdicts, obligations } },
    reasons,
    ...(tookMs === undefined ? {} : { tookMs }),
    isMasked,
  };
}

/**
 * Submissions by request, up to a size, as text: objects would take several times the room. And how far each request was
 * read, so that nothing counts twice.
 */
function memory(limit: number) {
  const kept = new Map<string, string>();
  const read = new Map<string, number>();
  let size = 0;
  const forget = (id: string) => {
    size -= kept.get(id)?.length ?? 0;
    kept.delete(id);
    read.delete(id);
  };
  return {
    of(id: string): Submission | undefined {
      const text = kept.get(id);
      return text === undefined ? undefined : (JSON.parse(text) as Submission);
    },
    keep({ request, submission }: AuditEntry) {
      if (submission === undefined) return;
      const text = JSON.stringify(submission);
      kept.set(request, text);
      size += text.length;
      for (const id of kept.keys()) {
        if (size <= limit) break;
        forget(id);
      }
    },
    /** An export may hold a stretch twice. Remembered as long as the request's submission is. */
    isRepeated({ request, seq }: AuditEntry): boolean {
      if (seq <= (read.get(request) ?? 0)) return true;
      if (kept.has(request) || seq === 1) read.set(request, seq);
      return false;
    },
  };
}
