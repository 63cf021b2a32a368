// What policy requires, compared between two of its answers: people who were asked must hear when the question changes.
import { canonical } from './canonical.ts';
import type { Approval, Stage } from './decision.ts';

/** Whether the second answer asks for something else than the first; how far it is does not matter. */
export function isOtherRequirement(before: Approval, after: Approval): boolean {
  return essence(before) !== essence(after);
}

/** "Bucket owners (2), Privacy (1)". */
export function requirementWords({ stages }: Approval): string {
  return stages.map(stage => `${titleOf(stage)} (${stage.quorum})`).join(', ');
}

export function titleOf({ title, id }: Pick<Stage, 'title' | 'id'>): string {
  return title === undefined || title === '' ? id : title;
}

function essence({
  stages,
  excluded = [],
  surfaces = [],
  self_approval = false,
  unknown_requester = false,
}: Approval): string {
  return canonical({
    stages: stages.map(({ id, quorum, approvers }) => ({ id, quorum, approvers: approvers.map(canonical).sort() })),
    excluded: excluded.map(({ user }) => user).sort(),
    surfaces: surfaces.toSorted(),
    self_approval,
    unknown_requester,
  });
}
