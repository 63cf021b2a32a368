// The policy decision point.
import type { Decision } from '../../domain/decision.ts';
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { PolicyEvidence } from '../../domain/record.ts';

/** The policy decision point. Throws a transient `Failure` while it cannot be asked. */
export interface Policy {
  ask(input: PolicyInput): Promise<PolicyAnswer>;
}

export type PolicyAnswer =
  | {
      readonly kind: 'answer';
      readonly decision: Decision;
      readonly policy: PolicyEvidence;
      /** How long it took. Of the moment, so no part of the evidence: nothing that is compared or signed holds it. */
      readonly tookMs?: number;
    }
  /** It answered, and no retry will make sense of the answer. `cause` quotes no value of the request. */
  | { readonly kind: 'broken'; readonly code: string; readonly cause: string };
