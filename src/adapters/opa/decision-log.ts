// OPA's decision log as it arrives: of each event only what identifies a decision, nothing of what was asked
// or answered in words: policy's messages may quote what somebody marked as sensitive.
import { z } from 'zod';
import type { OpaDecision } from '../../domain/corroborated.ts';
import { outcomeSchema } from '../../domain/decision.ts';
import { present } from '../../domain/present.ts';
import { REQUEST_ID } from '../../domain/request-id.ts';

export type LoggedDecision = { readonly request: string; readonly decision: OpaDecision };

const text = z.string().min(1).max(200);

const Event = z.object({
  decision_id: text,
  path: text,
  timestamp: z.iso.datetime({ offset: true }),
  bundles: z.record(z.string(), z.object({ revision: z.string().max(200).optional() })).default({}),
  // The input itself says whose it is. What stands beside it in a question is kept by OPA too, but not with
  // --authorization=basic, and costs it a twentieth of its time.
  input: z
    .object({ request: z.object({ id: text }).partial(), phase: text })
    .partial()
    .optional()
    .catch(undefined),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  metrics: z.object({ timer_server_handler_ns: z.number().nonnegative() }).partial().optional().catch(undefined),
});

/**
 * The decisions about our requests among the events; others (a probe, somebody else's question, no event at all) are
 * left out. Undefined when it is no list.
 */
export function readDecisionLog(value: unknown): readonly LoggedDecision[] | undefined {
  return Array.isArray(value) ? value.flatMap(readEvent) : undefined;
}

function readEvent(value: unknown): LoggedDecision[] {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return [];
  const { decision_id, path, timestamp, bundles, input, result, error, metrics } = parsed.data;
  const request = input?.request?.id;
  if (request === undefined || !REQUEST_ID.test(request)) return [];
  const phase = input?.phase;
  const revision = revisionOf(bundles);
  const outcome = outcomeOf(result);
  const ns = metrics?.timer_server_handler_ns;
  const decision = {
    ...{ decision_id, path, at: new Date(timestamp).toISOString() },
    ...present({ phase, outcome, revision }),
    ...(error === undefined ? {} : { error: classOf(error) }),
    ...(ns === undefined ? {} : { took_ms: Math.round(ns / 1e4) / 100 }),
  };
  return [{ request, decision }];
}

/** As an answer's evidence names several bundles. */
function revisionOf(bundles: z.infer<typeof Event>['bundles']): string | undefined {
  const revisions = Object.entries(bundles)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { revision }]) => (revision === undefined || revision === '' ? [] : [revision]));
  return revisions.length === 0 ? undefined : revisions.join('+');
}

function outcomeOf(result: unknown): string | undefined {
  if (typeof result === 'boolean') return result ? 'allow' : 'deny';
  // Another word is no outcome, and may be anything: an answer with it was of no use to anybody.
  const answer = z.object({ outcome: outcomeSchema }).safeParse(result);
  return answer.success ? answer.data.outcome : undefined;
}

/** The code alone: the message of an error quotes the input, and no mask covers it. */
function classOf(error: unknown): string {
  const coded = z.object({ code: z.string().regex(/^\w{1,60}$/) }).safeParse(error);
  return coded.success ? coded.data.code : 'error';
}
