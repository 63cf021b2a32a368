// Asks policy about a record and takes the step that its answer calls for.
import type { StepResult } from '../domain/change.ts';
import type { Roster } from '../domain/eligible.ts';
import type { Phase } from '../domain/policy-input.ts';
import type { RequestRecord } from '../domain/record.ts';
import { askedPart } from '../domain/recorded.ts';
import { decided } from '../domain/steps/decided.ts';
import { broken } from '../domain/steps/ended.ts';
import { questionOf } from './asking.ts';
import type { Directory, Policy } from './ports.ts';

export type JudgeWorld = { readonly policy: Policy; readonly directory: Directory };

/** Throws a transient `Failure` while policy cannot be asked: an outage is not an answer. */
export async function judge(world: JudgeWorld, record: RequestRecord, phase: Phase, now: number): Promise<StepResult> {
  const input = questionOf(world, record, { phase, now });
  const answer = await world.policy.ask(input);
  switch (answer.kind) {
    case 'answer': {
      const { decision, policy } = answer;
      const { votes } = input;
      return decided(record, { phase, decision, policy, votes, asked: askedPart(input), roster: rosterOf(world) }, now);
    }
    case 'broken':
      return broken(record, `${answer.code}: ${answer.cause}`, now);
    default:
      return answer satisfies never;
  }
}

/** Who is known to exist, as the steps want to know it. */
export function rosterOf({ directory }: Pick<JudgeWorld, 'directory'>): Roster {
  return { membersOf: group => directory.membersOf(group), isKnown: id => directory.factsOf(id) !== undefined };
}
