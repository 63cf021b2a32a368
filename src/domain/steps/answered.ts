// What policy answered, as the steps are told of it and as the audit keeps it.
import type { ChainedEvent, EventOf } from '../audit/events.ts';
import { policyFacts } from '../audit/evidence.ts';
import type { Decision } from '../decision.ts';
import type { Effect } from '../effect.ts';
import type { Roster } from '../eligible.ts';
import type { Phase, PolicyInput } from '../policy-input.ts';
import type { PolicyEvidence } from '../record.ts';
import { askedPart } from '../recorded.ts';
import type { Vote } from '../vote.ts';

export type Decided = {
  readonly phase: Phase;
  readonly decision: Decision;
  readonly policy: PolicyEvidence;
  /** How long policy took to answer, milliseconds. Only the audit keeps it. */
  readonly tookMs?: number;
  /** The votes that policy was asked with, in stored order. */
  readonly votes: readonly Vote[];
  /** Further events of the same moment, told before the decision. */
  readonly because?: readonly ChainedEvent[];
  /** The key of the gesture that led here, if one did. */
  readonly key?: string;
  /** Further effects of the same moment. */
  readonly effects?: readonly Effect[];
  /** What policy was asked, for the audit. */
  readonly input?: PolicyInput;
  /** Who is known to exist; with it, a requirement that nobody can meet ends the request at once. */
  readonly roster?: Roster;
};

/** The audit entry of policy's answer; `standing` names the standing approval by which it allows. */
export function answerEvent(
  { decision, input, ...event }: Decided,
  outcome: Decision['outcome'],
  at: string,
  standing?: string,
): EventOf<'decided'> {
  return {
    event: 'decided',
    at,
    phase: event.phase,
    outcome,
    // A barrier is not policy's: what is asked again later is compared with what policy itself said.
    ...(outcome === decision.outcome ? {} : { answered: decision.outcome }),
    reasons: decision.reasons,
    approval: decision.approval,
    verdicts: decision.votes,
    obligations: decision.obligations,
    standing,
    took_ms: event.tookMs,
    asked: input === undefined ? undefined : askedPart(input),
    evidence: { policy: policyFacts(event.policy, input) },
  };
}
