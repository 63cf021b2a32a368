// How a requirement of approval differs from another, in a few words each: quorum, people, stages.
import type { Approval, Approver, Stage } from '../../domain/decision.ts';

/** "release: 2 instead of 1", "release: without slack_usergroup S0DBA". Nothing where both ask for the same. */
export function requirementChange(base: Approval | undefined, other: Approval | undefined): readonly string[] {
  if (base === undefined || other === undefined) return [];
  const twin = ({ id }: Stage, stages: readonly Stage[]) => stages.find(stage => stage.id === id);
  return [
    ...base.stages.flatMap(stage => stageChange(stage, twin(stage, other.stages))),
    ...other.stages.flatMap(stage => (twin(stage, base.stages) === undefined ? [`a further stage: ${stage.id}`] : [])),
    ...(other.self_approval === true && base.self_approval !== true ? ['self-approval'] : []),
    ...(base.self_approval === true && other.self_approval !== true ? ['no self-approval'] : []),
  ].slice(0, 6);
}

function stageChange(base: Stage, other: Stage | undefined): readonly string[] {
  const { id } = base;
  if (other === undefined) return [`without the stage ${id}`];
  return [
    ...(base.quorum === other.quorum ? [] : [`${id}: ${other.quorum} instead of ${base.quorum}`]),
    ...missing(base.approvers, other.approvers).map(name => `${id}: without ${name}`),
    ...missing(other.approvers, base.approvers).map(name => `${id}: also ${name}`),
  ];
}

function missing(these: readonly Approver[], among: readonly Approver[]): readonly string[] {
  return these
    .filter(({ type, id }) => !among.some(other => other.type === type && other.id === id))
    .map(({ type, id }) => `${type} ${id}`);
}
