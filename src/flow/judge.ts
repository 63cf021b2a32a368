// Asks policy about a record and takes the step that its answer calls for.
import type { StepResult } from '../domain/change.ts';
import type { Approval } from '../domain/decision.ts';
import type { Roster } from '../domain/eligible.ts';
import type { Phase, PolicyInput } from '../domain/policy-input.ts';
import type { RequestRecord } from '../domain/record.ts';
import { coverOf, isLive, type StandingState } from '../domain/standing.ts';
import { decided } from '../domain/steps/decided.ts';
import { broken } from '../domain/steps/ended.ts';
import type { Vote } from '../domain/vote.ts';
import { meantBy } from './gather.ts';
import { isPerson } from './identities.ts';
import type { Policy, PolicyAnswer, StandingApprovals } from './ports.ts';
import { type AskingWorld, questionOf } from './question.ts';
import { type StandingWorld, votesToday } from './standing-votes.ts';

export type JudgeWorld = StandingWorld & {
  readonly policy: Policy;
  readonly standing: StandingApprovals;
};

type Judging = JudgeWorld & AskingWorld;

/** Throws a transient `Failure` while policy cannot be asked: an outage is not an answer. */
export async function judge(world: Judging, asked: RequestRecord, phase: Phase, now: number): Promise<StepResult> {
  const record = phase === 'submit' ? answeredFor(world, asked) : asked;
  const first = await questionOf(world, record, { phase, now });
  const answered = { input: first, answer: await world.policy.ask(first) };
  const { input, answer } = await underStanding(world, record, answered, now);
  switch (answer.kind) {
    case 'answer': {
      const { kind: _, ...said } = answer;
      const { votes } = input;
      return decided(record, { phase, ...said, votes, input, roster: rosterOf(world) }, now);
    }
    case 'broken':
      return broken(record, `${answer.code}: ${answer.cause}`, now);
    default:
      return answer satisfies never;
  }
}

/**
 * With who answers for the user, where that is an agent. It is looked up when policy is first asked, not when the request
 * is stored: while the directory is too old to be believed, the question waits and the request is not lost.
 */
function answeredFor({ directory }: Pick<JudgeWorld, 'directory'>, record: RequestRecord): RequestRecord {
  const userOwner = directory.ownerOf(record.submission.user.id);
  return userOwner === undefined ? record : { ...record, userOwner };
}

type Answered = { readonly input: PolicyInput; readonly answer: PolicyAnswer };

/** Each of them is a question to policy. Who has given so many that cover the same is not asked more than that. */
const MOST_TRIED = 8;

/**
 * Where policy would accept a standing approval and there is one, it is asked again with the votes of those who gave it,
 * and the request passes where these complete what is asked for now. Each standing approval stands alone: what several
 * would complete together, nobody has approved. A use is taken before the answer is stored: a crash in between may cost a
 * use, and never lets one more request pass.
 */
async function underStanding(world: Judging, record: RequestRecord, asked: Answered, now: number): Promise<Answered> {
  const { input, answer } = asked;
  const approval = approvalNeeded(answer);
  if (approval?.standing === undefined || input.phase !== 'submit') return asked;
  const most = approval.standing.max_uses;
  const within = await world.standing.within(coverOf(record), record.id, now);
  const live = within.filter(standing => isLive(standing, now)).toSorted(byEnd);
  for (const standing of live.slice(0, MOST_TRIED)) {
    const votes = await votesToday(world, { ...record, approval }, standing);
    if (votes === undefined) continue;
    const again = await questionOf(world, record, { phase: 'submit', now, votes: [...record.votes, ...votes] });
    const second = await world.policy.ask(again);
    const isUsed = isCompletedBy(second, votes) && (await world.standing.use(standing.id, record.id, { now, most }));
    if (isUsed) return { input: again, answer: second };
  }
  return asked;
}

/** What people must approve, where policy asks for it. */
export function approvalNeeded(answer: PolicyAnswer): Approval | undefined {
  const isNeeded = answer.kind === 'answer' && answer.decision.outcome === 'require_approval';
  return isNeeded ? answer.decision.approval : undefined;
}

/** Whether policy allows it and counts any of these votes: an allow that needs none of them is of another making. */
function isCompletedBy(answer: PolicyAnswer, votes: readonly Vote[]): boolean {
  if (answer.kind !== 'answer' || answer.decision.outcome !== 'allow') return false;
  return answer.decision.votes.slice(-votes.length).some(({ counted }) => counted);
}

/** The one that ends first is used first. */
function byEnd(a: StandingState, b: StandingState): number {
  return a.expiresAt.localeCompare(b.expiresAt) || a.id.localeCompare(b.id);
}

/** Who is known to exist, as the steps want to know it. */
export function rosterOf({ directory }: Pick<JudgeWorld, 'directory'>): Roster {
  return {
    membersOf: group => directory.membersOf(group),
    isKnown: id => isPerson(directory, id),
    meantBy: name => meantBy(directory, name),
  };
}
