// Asks policy about a record and takes the step that its answer calls for.
import { isSlackAccount, personAccount } from '../domain/account.ts';
import { barredFromApproving, isIndistinct } from '../domain/barred.ts';
import type { StepResult } from '../domain/change.ts';
import type { Approval } from '../domain/decision.ts';
import type { Roster } from '../domain/eligible.ts';
import { isTransient } from '../domain/failure.ts';
import type { Phase, PolicyInput } from '../domain/policy-input.ts';
import type { RequestRecord } from '../domain/record.ts';
import { claimOf, giversOf, isLive, type StandingState, standingScope } from '../domain/standing.ts';
import { decided } from '../domain/steps/decided.ts';
import { broken } from '../domain/steps/ended.ts';
import { questionOf } from './asking.ts';
import { gather, meantBy } from './gather.ts';
import { isPerson } from './identities.ts';
import type { Accounts, Directory, Links, Policy, PolicyAnswer, StandingApprovals } from './ports.ts';

export type JudgeWorld = {
  readonly policy: Policy;
  readonly directory: Directory;
  readonly standing: StandingApprovals;
  readonly links?: Links;
  readonly accounts?: Pick<Accounts, 'find'>;
};

/** Throws a transient `Failure` while policy cannot be asked: an outage is not an answer. */
export async function judge(world: JudgeWorld, record: RequestRecord, phase: Phase, now: number): Promise<StepResult> {
  const first = questionOf(world, record, { phase, now });
  const { input, answer } = await underStanding(world, record, first, await world.policy.ask(first), now);
  switch (answer.kind) {
    case 'answer': {
      const { kind: _, ...answered } = answer;
      const { votes } = input;
      return decided(record, { phase, ...answered, votes, input, roster: rosterOf(world) }, now);
    }
    case 'broken':
      return broken(record, `${answer.code}: ${answer.cause}`, now);
    default:
      return answer satisfies never;
  }
}

type Answered = { readonly input: PolicyInput; readonly answer: PolicyAnswer };

/**
 * Where policy would accept a standing approval and there is one, it is asked again with it. A use is taken before the
 * answer is stored: a crash in between may cost a use, and never lets one more request pass.
 */
async function underStanding(
  world: JudgeWorld,
  record: RequestRecord,
  input: PolicyInput,
  answer: PolicyAnswer,
  now: number,
): Promise<Answered> {
  const isOffered = answer.kind === 'answer' && answer.decision.approval?.standing !== undefined;
  if (!isOffered || input.phase !== 'submit') return { input, answer };
  const within = (await world.standing.within(standingScope(record))).filter(standing => isLive(standing, now));
  const live = await givenByOthers(world, record, within, answer.decision.approval);
  if (live.length === 0) return { input, answer };
  const again = questionOf(world, record, { phase: 'submit', now, standing: live.map(claimOf) });
  const second = await world.policy.ask(again);
  const used = second.kind === 'answer' ? second.decision.standing : undefined;
  const isOurs = live.some(({ id }) => id === used);
  if (used !== undefined && (!isOurs || !(await world.standing.use(used, record.id, now)))) return { input, answer };
  return { input: again, answer: second };
}

/**
 * Those of which every giver may approve this request too, as far as its requester and exclusions go: policy is told of
 * the first of them, and knows each by one name.
 */
async function givenByOthers(
  world: JudgeWorld,
  record: RequestRecord,
  standing: readonly StandingState[],
  approval: Approval | undefined,
): Promise<readonly StandingState[]> {
  const kept: StandingState[] = [];
  for (const one of standing) {
    const doubts = giversOf(one).map(async user => {
      const id = isSlackAccount(user) ? user : personAccount(user);
      const who = await gather(world, { id, user, groups: [], kind: 'member' }, record, [approval]);
      const { excluded = [] } = approval ?? {};
      const isOne = barredFromApproving(record, approval ?? {}, who) !== undefined;
      return isOne || isIndistinct({ ...record, votes: [] }, { excluded, self_approval: true }, who);
    });
    // While Slack does not say who asked, people are asked, and the request does not wait for that.
    const isDoubted = await Promise.all(doubts).then(all => all.includes(true), ifTransient(true));
    if (!isDoubted) kept.push(one);
  }
  return kept;
}

function ifTransient<T>(answer: T): (error: unknown) => T {
  return error => {
    if (isTransient(error)) return answer;
    throw error;
  };
}

/** Who is known to exist, as the steps want to know it. */
export function rosterOf({ directory }: Pick<JudgeWorld, 'directory'>): Roster {
  return {
    membersOf: group => directory.membersOf(group),
    isKnown: id => isPerson(directory, id),
    meantBy: name => meantBy(directory, name),
  };
}
