// Two witnesses of one decision: what we recorded of policy's answers, held against what OPA itself logged.
import type { Evidence } from './audit/evidence.ts';
import { readEvent } from './audit/read.ts';
import type { Corroborated, OpaDecision, OurDecision } from './corroborated.ts';
import { present } from './present.ts';

/**
 * Every decision of a request that one of the two knows, in the order of our record, then OPA's remaining by time. Entries
 * are given as they were stored.
 */
export function corroborate(entries: readonly unknown[], logged: readonly OpaDecision[]): readonly Corroborated[] {
  const byId = new Map(logged.map(opa => [opa.decision_id, opa]));
  const ours = entries.flatMap(ourDecision);
  const known = ours.map((decision): Corroborated => {
    const opa = decision.decision_id === undefined ? undefined : byId.get(decision.decision_id);
    if (opa === undefined) return { match: 'only_ours', ours: decision };
    const isSame = opa.outcome === decision.outcome && opa.revision === decision.revision;
    return { match: isSame ? 'matched' : 'differs', ours: decision, opa };
  });
  const recorded = new Set(ours.map(({ decision_id }) => decision_id));
  const rest = logged
    .filter(({ decision_id }) => !recorded.has(decision_id))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map((opa): Corroborated => ({ match: 'only_opa', opa }));
  return [...known, ...rest];
}

/**
 * An answer of policy leaves an entry `decided`, `redeemed` when a grant is used, or one of a refusal. What is held against
 * OPA's log is what policy itself said, not what came of it: an obligation that cannot be met ends a request that policy
 * allowed.
 */
function ourDecision(stored: unknown): OurDecision[] {
  const read = readEvent(stored);
  if (read.kind === 'unknown' || read.place === undefined) return [];
  const { event, place } = read;
  switch (event.event) {
    case 'decided':
      return [ours(place.seq, event, event.phase, event.answered ?? event.outcome)];
    case 'redeemed':
      return [ours(place.seq, event, 'redeem', event.outcome)];
    case 'refused':
      return event.answered === undefined ? [] : [ours(place.seq, event, 'vote', event.answered)];
    case 'redeem_refused':
      return event.answered === undefined ? [] : [ours(place.seq, event, 'redeem', event.answered)];
    default:
      return [];
  }
}

type Answered = { readonly at: string; readonly evidence: Evidence };

function ours(seq: number, { at, evidence }: Answered, phase: string, outcome: string): OurDecision {
  const { revision, decision_id } = evidence.policy ?? {};
  return {
    ...{ seq, at, phase, outcome },
    ...present({ revision, decision_id }),
  };
}
