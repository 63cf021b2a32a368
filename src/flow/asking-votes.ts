// Asks policy about an answer of somebody, with every membership that policy's approvers can name.
import { nap } from '../contract/time.ts';
import { isTransient } from '../domain/failure.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Vote, Voter } from '../domain/vote.ts';
import type { CastVote, Policy } from './ports.ts';
import { type AskingWorld, questionOf } from './question.ts';
import { approversOf, membershipsOf, type VotersWorld } from './voters.ts';

const PATIENCE_MS = 2_000;
const RETRY_MS = 250;

export type AskingVotesWorld = VotersWorld & AskingWorld & { readonly policy: Policy };

/** One answer on its way: who gives it, when it was received, what it is. */
export type Answer = { readonly ballot: CastVote; readonly voter: Voter; readonly at: string };

/** A vote carries every membership that approvers can name; if the answer names further ones, they are looked up too. */
export async function askWithMemberships(world: AskingVotesWorld, record: RequestRecord, given: Answer, now: number) {
  let named = approversOf(record);
  for (let round = 1; ; round++) {
    const vote = voteOf(given, await membershipsOf(world, given.ballot.account, named));
    const input = await questionOf(world, record, { phase: 'vote', now, votes: [...record.votes, vote] });
    const answer = await patiently(() => world.policy.ask(input));
    const further = answer.kind === 'answer' ? approversOf(answer.decision) : [];
    if (further.every(({ type, id }) => named.some(known => known.type === type && known.id === id))) {
      return { answer, input };
    }
    if (round === MOST_ROUNDS) return { answer: ENDLESS, input };
    named = [...named, ...further];
  }
}

/** What policy names it names by the second round; one that names others each time would be asked for ever. */
const MOST_ROUNDS = 5;
const ENDLESS = {
  kind: 'broken',
  code: 'pdp_endless',
  cause: 'Policy names other groups or channels each time it is asked about the same answer. Tell whoever owns it.',
} as const;

/** Somebody waits at a screen, and may not look again: a passing outage is waited out before they are sent away. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isTransient(error) || performance.now() + RETRY_MS > giveUpAt) throw error;
      await nap(RETRY_MS);
    }
  }
}

export function voteOf({ ballot, voter, at }: Answer, memberships: readonly string[] = []): Vote {
  const { vote, reason, surface, card, standing } = ballot;
  const by = { ...voter, groups: [...voter.groups, ...memberships] };
  return {
    by,
    vote,
    at,
    surface,
    ...(reason === undefined ? {} : { reason }),
    ...(card === undefined ? {} : { card }),
    ...(standing === undefined ? {} : { standing }),
  };
}
