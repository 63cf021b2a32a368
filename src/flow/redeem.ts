// Redeem: right before the action runs, its grant is presented. Policy is asked once more, and the use is counted.
import type { OpenedGrant } from '../domain/grant-claims.ts';
import type { PolicyInput } from '../domain/policy-input.ts';
import { type PolicyEvidence, type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { type Redemption, redeemable, redeemed, redeemRefused } from '../domain/steps/redeemed.ts';
import { markOf, type Vote } from '../domain/vote.ts';
import { approvalNeeded } from './judge.ts';
import type { Policy, PolicyAnswer, StandingApprovals, Store } from './ports.ts';
import { type Heard, heardFrom, questionOf } from './question.ts';
import { type StandingWorld, votesAtRedemption } from './standing-votes.ts';
import { swap } from './swap.ts';

export type RedeemWorld = StandingWorld & {
  readonly store: Store;
  readonly policy: Policy;
  readonly standing: Pick<StandingApprovals, 'find'>;
  /** Reads a token with the keys in force. */
  readonly openGrant: (token: string) => OpenedGrant;
};

export type RedeemReply =
  | { readonly kind: 'redeemed'; readonly record: RequestRecord; readonly policy: PolicyEvidence }
  | Refusal;

/**
 * Yes, once for each use that policy granted, or why not. Throws a transient `Failure` while policy cannot be asked:
 * nothing is counted then. Every refusal is in the audit before it is told.
 */
export async function redeem(world: RedeemWorld, call: Redemption & { readonly grant: string }): Promise<RedeemReply> {
  const { store } = world;
  const { grant, ...use } = call;
  const opened = world.openGrant(grant);
  if (!opened.ok) return note(store, use, opened.code);
  const { claims } = opened;
  // It belongs in no chain: another service's requests are not this one's to write in.
  if (claims.aud !== use.service) return note(store, use, 'grant_foreign', claims.txn);
  let evidence: PolicyEvidence = {};
  let heard: Heard = {};
  const result = await swap(store, claims.txn, async (record, now) => {
    heard = {};
    const barred = redeemable(record, claims, use, now);
    if (barred !== undefined) return barred;
    const { input, answer, hasEnded } = await asked(world, record, now);
    heard = heardFrom(input, answer);
    if (answer.kind === 'broken') return refuse('policy_broken', record, `${answer.code}: ${answer.cause}`);
    evidence = answer.policy;
    if (hasEnded) return refuse('policy_changed', record, STANDING_ENDED);
    const { kind: _, ...answered } = answer;
    return redeemed(record, { ...use, ...answered, input }, now);
  });
  if (result.kind === 'changed') return { kind: 'redeemed', record: result.record, policy: evidence };
  // The answer to the same use was lost: policy still allows it, and it is counted already.
  if (result.kind === 'unchanged') return { kind: 'redeemed', record: result.record, policy: evidence };
  if (result.code === 'busy') return result;
  const told = await swap(store, claims.txn, (record, now) => redeemRefused(record, result, { ...use, ...heard }, now));
  return told.kind === 'changed' ? result : note(store, use, result.code, claims.txn);
}

type Asked = { readonly input: PolicyInput; readonly answer: PolicyAnswer; readonly hasEnded?: true };

const STANDING_ENDED = 'the standing approval that it passed by has ended, or does not hold for it any more';

/**
 * What policy says now. A request that passed by a standing approval is asked about as it was then: without it, and where
 * policy would accept one, with its votes, if it is still in force and whoever gave it may still approve this.
 */
async function asked(world: RedeemWorld, record: RequestRecord, now: number): Promise<Asked> {
  const ask = async (votes: readonly Vote[]) => {
    const input = await questionOf(world, record, { phase: 'redeem', now, votes });
    return { input, answer: await world.policy.ask(input) };
  };
  const cast = record.votes.filter(vote => markOf(vote) === undefined);
  const first = await ask(cast);
  const approval = approvalNeeded(first.answer);
  if (record.standing === undefined || approval === undefined) return first;
  const known = await world.standing.find(record.standing, record.id);
  const votes =
    known === undefined || approval.standing === undefined
      ? undefined
      : await votesAtRedemption(world, { ...record, approval }, known, now);
  return votes === undefined ? { ...first, hasEnded: true } : ask([...cast, ...votes]);
}

async function note(
  store: Store,
  { service, key }: Redemption,
  code: Refusal['code'],
  request?: string,
): Promise<Refusal> {
  const claimed = request === undefined ? {} : { claims_request: request };
  const at = timestamp(store.now());
  const refusal = refuse(code);
  await store.note({ event: 'redeem_refused', at, code: wordOf(refusal), service, key, ...claimed, evidence: {} });
  return refusal;
}
