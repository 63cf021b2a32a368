// Asks policy about a record and takes the step that its answer calls for.
import type { StepResult } from '../domain/change.ts';
import { type Phase, policyInput } from '../domain/policy-input.ts';
import type { RequestRecord } from '../domain/record.ts';
import { decided } from '../domain/steps/decided.ts';
import { broken } from '../domain/steps/ended.ts';
import type { Policy } from './ports.ts';

/** Throws a transient `Failure` while policy cannot be asked: an outage is not an answer. */
export async function judge(policy: Policy, record: RequestRecord, phase: Phase, now: number): Promise<StepResult> {
  const answer = await policy.ask(policyInput(record, phase, now));
  switch (answer.kind) {
    case 'answer':
      return decided(record, { phase, decision: answer.decision, policy: answer.policy, votes: record.votes }, now);
    case 'broken':
      return broken(record, `${answer.code}: ${answer.cause}`, now);
    default:
      return answer satisfies never;
  }
}
