// Standing votes: those who gave a standing approval, as voters on a later request, by what is known of them today.
import type { Approval } from '../domain/decision.ts';
import { floor } from '../domain/floor.ts';
import type { RequestRecord } from '../domain/record.ts';
import { isCovered, isLive, type StandingState, standingMark } from '../domain/standing.ts';
import { type CountedVote, markOf, type Vote, type Voter } from '../domain/vote.ts';
import { gather } from './gather.ts';
import { personFacts } from './identities.ts';
import type { Accounts, Directory, Links } from './ports.ts';
import { approversOf, identify, membershipsOf, orUnverified } from './voters.ts';

export type StandingWorld = {
  readonly directory: Directory;
  readonly links?: Links;
  /** What Slack says of accounts; left out where this process does not speak with Slack. */
  readonly accounts?: Accounts;
  readonly isEmailMatched?: boolean;
};

/** A request that waits for an approval which may be a standing one. */
export type Awaiting = RequestRecord & { readonly approval: Approval };

/**
 * The votes of a standing approval as they would be cast today on a request that it covers. Undefined where any of its
 * givers is not who they were, may not approve this request, or cannot be known: they gave it together or not at all.
 */
export async function votesToday(
  world: StandingWorld,
  record: Awaiting,
  standing: StandingState,
): Promise<readonly Vote[] | undefined> {
  if (!isCovered(standing, record)) return undefined;
  const mark = standingMark(standing, record);
  const voters = await Promise.all(standing.votes.map(({ by }) => voterToday(world, record, by)));
  if (voters.length === 0 || voters.includes(undefined)) return undefined;
  const votes = standing.votes.map((vote, i) => ({ ...vote, by: voters[i] as Voter, standing: mark }));
  return admitted(world, record, votes);
}

/** The votes that a request passed by, as they stand when its grant is redeemed; undefined where they no longer hold. */
export async function votesAtRedemption(
  world: StandingWorld,
  record: Awaiting,
  standing: StandingState,
  now: number,
): Promise<readonly Vote[] | undefined> {
  if (!isLive(standing, now) || !isCovered(standing, record)) return undefined;
  const votes = record.votes.filter(vote => markOf(vote)?.id === standing.id);
  const isThere = ({ by }: Vote) => by.user === by.id || personFacts(world.directory, by.user) !== undefined;
  if (votes.length === 0 || !votes.every(isThere)) return undefined;
  const mark = standingMark(standing, record);
  return admitted(
    world,
    record,
    votes.map(vote => ({ ...vote, standing: mark })),
  );
}

/** Who is behind the account today, with today's memberships: asked again of Slack, as at a click. */
async function voterToday(world: StandingWorld, record: Awaiting, before: Voter): Promise<Voter | undefined> {
  const accounts = world.accounts ?? asBefore(before);
  const person = await identify({ ...world, accounts }, before.id);
  if (person.kind === 'refusal' || person.voter.user !== before.user) return undefined;
  const held = await orUnverified(() => membershipsOf({ accounts }, before.id, approversOf(record)));
  return 'kind' in held ? undefined : { ...person.voter, groups: [...person.voter.groups, ...held] };
}

/** Where Slack cannot be asked, what it said of an account holds; what it said of its groups does not. */
function asBefore({ kind }: Voter): Accounts {
  return {
    kindOf: async () => kind,
    emailOf: async () => undefined,
    usergroupsOf: async () => [],
    channelsOf: async () => [],
  };
}

/** All of them, where each could be cast one after the other; what no policy can forget is asked of each. */
async function admitted(
  world: StandingWorld,
  record: Awaiting,
  votes: readonly Vote[],
): Promise<readonly Vote[] | undefined> {
  const cast: CountedVote[] = [];
  for (const vote of votes) {
    const soFar: Awaiting = { ...record, status: 'pending', votes: cast };
    // While Slack does not say whom the request names, people are asked, and it does not wait for that.
    const who = await orUnverified(() => gather(world, vote.by, soFar));
    if ('code' in who || floor(soFar, vote, who) !== undefined) return undefined;
    cast.push({ ...vote, counted: true });
  }
  return votes;
}
