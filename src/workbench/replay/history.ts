// Past decisions out of audit entries: each with the question it answered, in the order of the audit, in bounded memory.
import type { StoredEntry } from '../../domain/audit/chain.ts';
import { type AuditEvent, type EventOf, isEventName } from '../../domain/audit/events.ts';
import { readEvent } from '../../domain/audit/read.ts';
import type { Ruling } from '../../domain/comparison.ts';
import type { Reason } from '../../domain/decision.ts';
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
 * - `unreadable`: the entry is of a newer version, or not of the form in which entries are recorded.
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

/** An answer of policy that was carried out: the request was decided by it, or a use of its grant was counted. */
type Decided = EventOf<'decided' | 'redeemed'>;

export async function* pastDecisions(
  entries: AsyncIterable<StoredEntry>,
  { sinceMs = -Infinity, recall, remember = REMEMBER }: HistoryOptions = {},
): AsyncGenerator<PastDecision | Skip> {
  const submissions = memory(remember);
  for await (const entry of entries) {
    if (submissions.isRepeated(entry)) continue;
    const read = readEvent(entry);
    if (read.kind === 'unknown') {
      if (mayDecide(entry) && isRecent(entry, sinceMs)) yield { kind: 'skip', why: 'unreadable' };
      continue;
    }
    const { event } = read;
    if (event.event === 'submitted') submissions.keep(entry.request, event.submission);
    if (!isDecision(event) || !isRecent(entry, sinceMs)) continue;
    if (event.asked === undefined) yield { kind: 'skip', why: 'no_question' };
    else {
      const kept = submissions.of(entry.request);
      const submission = kept ?? (await recall?.(entry.request));
      if (submission === undefined) yield { kind: 'skip', why: 'no_submission' };
      else yield past(entry.request, event, recordedInput(submission, event.asked), isMasked(kept));
    }
  }
}

function isDecision(event: AuditEvent): event is Decided {
  return event.event === 'decided' || event.event === 'redeemed';
}

/** Whether an entry that is not understood may be a decision: it calls itself one, or what we do not know. */
function mayDecide({ event }: StoredEntry): boolean {
  return event === 'decided' || event === 'redeemed' || !isEventName(event);
}

/** Of what cannot be dated it is not known that it is old. */
function isRecent({ at }: StoredEntry, sinceMs: number): boolean {
  return !(typeof at === 'string' && Date.parse(at) < sinceMs);
}

/** The audit holds digests in the place of sensitive values; the record, where it is still there, the values. */
function isMasked(kept: Submission | undefined): boolean {
  return (kept?.sensitive?.length ?? 0) > 0;
}

function past(id: string, event: Decided, input: PolicyInput, isMasked: boolean): PastDecision {
  const { at, outcome, reasons, verdicts: votes, took_ms: tookMs } = event;
  const { answered = outcome, approval, obligations } = event.event === 'decided' ? event : {};
  return {
    kind: 'decision',
    id,
    at,
    phase: input.phase,
    input,
    ruling: { kind: 'answer', decision: { outcome: answered, approval, votes, obligations } },
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
    keep(request: string, submission: Submission) {
      const text = JSON.stringify(submission);
      kept.set(request, text);
      size += text.length;
      for (const id of kept.keys()) {
        if (size <= limit) break;
        forget(id);
      }
    },
    /** An export may hold a stretch twice. Remembered as long as the request's submission is. */
    isRepeated({ request, seq }: StoredEntry): boolean {
      if (seq <= (read.get(request) ?? 0)) return true;
      if (kept.has(request) || seq === 1) read.set(request, seq);
      return false;
    },
  };
}
