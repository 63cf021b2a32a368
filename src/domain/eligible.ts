// Whether a requirement can be met at all: a request that nobody can approve says so at once instead of hanging.
import { isSlackAccount } from './account.ts';
import { barred } from './barred.ts';
import type { Approval, Approver, Stage } from './decision.ts';
import type { RequestRecord } from './record.ts';
import { titleOf } from './requirement.ts';

/** Who is known to exist. */
export type Roster = {
  /** The people of a group of the directory. */
  readonly membersOf: (group: string) => readonly string[];
  readonly isKnown: (person: string) => boolean;
  /** Everybody who may be meant by a name, by their ids; left out: the name itself. */
  readonly meantBy?: (name: string) => readonly string[];
  /** The people of a group or channel that only Slack knows; undefined, or left out: anybody may be there. */
  readonly ofSlack?: (approver: Approver) => readonly string[] | undefined;
};

/** Why no set of people could ever complete the stages, in words that end with the remedy; undefined when one could. */
export function shortage(record: RequestRecord, approval: Approval, roster: Roster): string | undefined {
  const without = new Set(barred(record, approval).flatMap(({ name }) => [name, ...(roster.meantBy?.(name) ?? [])]));
  // Whoever answers outside Slack comes with a key, and with the groups of the directory alone.
  const isSlackAsked = approval.surfaces === undefined || approval.surfaces.includes('slack');
  // Those whom an escalation would add can approve too, if only later.
  const later = approval.escalate?.approvers ?? [];
  const stages = approval.stages.map(stage => {
    const found = [...stage.approvers, ...later].map(approver =>
      isOfSlack(approver) && !isSlackAsked ? [] : peopleOf(approver, roster),
    );
    const all = new Set(found.flatMap(some => some ?? []));
    return { stage, people: found.includes(undefined) ? undefined : except(all, without), all };
  });
  const short = stages.find(({ stage, people }) => people !== undefined && people.size < stage.quorum);
  if (short?.people !== undefined) return words(short.stage, short.people, except(short.all, short.people));
  if (approval.one_click_fills_all === true || canAllBeFilled(stages)) return undefined;
  return `${stages.map(({ stage }) => titleOf(stage)).join(' and ')} need more different people than there are. ${remedy(approval.stages)}`;
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

/** Whether only Slack knows who that is. */
export function isOfSlack({ type }: Approver): boolean {
  return type === 'slack_usergroup' || type === 'slack_channel';
}

/** Undefined: it cannot be told. */
function peopleOf(approver: Approver, { membersOf, isKnown, ofSlack }: Roster): readonly string[] | undefined {
  const { type, id } = approver;
  switch (type) {
    case 'user':
      return isKnown(id) || isSlackAccount(id) ? [id] : [];
    case 'group':
      return membersOf(id);
    default:
      return ofSlack?.(approver);
  }
}

const REMEDY = 'Add people to the directory, or correct the policy; then submit it again.';
const SLACK_REMEDY = 'Add people to the Slack group or to the directory, or correct the policy; then submit it again.';

function remedy(stages: readonly Stage[]): string {
  return stages.some(({ approvers }) => approvers.some(isOfSlack)) ? SLACK_REMEDY : REMEDY;
}

function words(stage: Stage, may: ReadonlySet<string>, mayNot: ReadonlySet<string>): string {
  const who = stage.approvers.map(({ type, id }) => `${type} ${id}`).join(', ');
  const there =
    may.size === 0 ? 'nobody there may' : may.size === 1 ? 'only 1 person there may' : `only ${may.size} there may`;
  const names = [may.size === 0 ? '' : someOf(may), mayNot.size === 0 ? '' : `not ${someOf(mayNot)}`].filter(Boolean);
  const whom = names.length === 0 ? '' : ` (${names.join('; ')})`;
  return `Nobody can approve this: ${titleOf(stage)} needs ${stage.quorum} of ${who}, and ${there}${whom}. ${remedy([stage])}`;
}

function except(people: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...people].filter(person => !others.has(person)));
}

const MOST_NAMES = 5;

function someOf(people: ReadonlySet<string>): string {
  const [named, rest] = [[...people].slice(0, MOST_NAMES), people.size - MOST_NAMES];
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
