// Whether a requirement can be met at all: a request that nobody can approve says so at once instead of hanging.
import type { Approval, Approver, Stage } from './decision.ts';
import { involved } from './floor.ts';
import type { RequestRecord } from './record.ts';
import { titleOf } from './requirement.ts';

/** Who is known to exist. Memberships that only Slack knows are not counted out here: policy judges them at the vote. */
export type Roster = {
  /** The people of a group of the directory. */
  readonly membersOf: (group: string) => readonly string[];
  readonly isKnown: (person: string) => boolean;
};

/** Why no set of people could ever complete the stages, in words that end with the remedy; undefined when one could. */
export function shortage(record: RequestRecord, approval: Approval, roster: Roster): string | undefined {
  const barred = new Set([
    ...(approval.self_approval === true ? [] : involved(record)),
    ...(approval.excluded ?? []).map(({ user }) => user),
  ]);
  // Those whom an escalation would add can approve too, if only later.
  const later = approval.escalate?.approvers ?? [];
  const stages = approval.stages.map(stage => {
    const found = [...stage.approvers, ...later].map(approver => peopleOf(approver, roster));
    const people = new Set(found.flatMap(some => some ?? []).filter(person => !barred.has(person)));
    return { stage, people: found.includes(undefined) ? undefined : people };
  });
  const short = stages.find(({ stage, people }) => people !== undefined && people.size < stage.quorum);
  if (short !== undefined) return words(short.stage, short.people?.size ?? 0);
  if (approval.one_click_fills_all === true || canAllBeFilled(stages)) return undefined;
  return `${stages.map(({ stage }) => titleOf(stage)).join(' and ')} need more different people than there are. ${REMEDY}`;
}

type Staffed = { readonly stage: Stage; readonly people: ReadonlySet<string> | undefined };

/** Hall's condition: every choice of stages must have as many people between them as they have seats. */
function canAllBeFilled(stages: readonly Staffed[]): boolean {
  for (let choice = 1; choice < 2 ** Math.min(stages.length, 10); choice++) {
    const chosen = stages.filter((_, i) => (choice & (1 << i)) !== 0);
    if (chosen.some(({ people }) => people === undefined)) continue;
    const people = new Set(chosen.flatMap(({ people }) => [...(people ?? [])]));
    if (people.size < chosen.reduce((seats, { stage }) => seats + stage.quorum, 0)) return false;
  }
  return true;
}

/** Undefined: only Slack knows. */
function peopleOf({ type, id }: Approver, { membersOf, isKnown }: Roster): readonly string[] | undefined {
  switch (type) {
    case 'user':
      return isKnown(id) || id.startsWith('slack:') ? [id] : [];
    case 'group':
      return membersOf(id);
    default:
      return undefined;
  }
}

const REMEDY = 'Add people to the directory, or correct the policy; then submit it again.';

function words(stage: Stage, found: number): string {
  const who = stage.approvers.map(({ type, id }) => `${type} ${id}`).join(', ');
  const there = found === 0 ? 'nobody there may' : found === 1 ? 'only 1 person there may' : `only ${found} there may`;
  return `Nobody can approve this: ${titleOf(stage)} needs ${stage.quorum} of ${who}, and ${there}. ${REMEDY}`;
}
