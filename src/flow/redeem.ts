// Redeem: right before the action runs, its grant is presented. Policy is asked once more, and the use is counted.
import type { OpenedGrant } from '../domain/grant.ts';
import { type PolicyEvidence, type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { claimOf, isLive } from '../domain/standing.ts';
import { type Redemption, redeemable, redeemed, redeemRefused } from '../domain/steps/redeemed.ts';
import { type AskingWorld, type Heard, heardFrom, questionOf } from './asking.ts';
import type { Policy, StandingApprovals, Store } from './ports.ts';
import { swap } from './swap.ts';

export type RedeemWorld = AskingWorld & {
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
  const { store, policy } = world;
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
    const resting = await restingOn(world, record, now);
    const input = questionOf(world, record, { phase: 'redeem', now, ...resting });
    const answer = await policy.ask(input);
    heard = heardFrom(input, answer);
    if (answer.kind === 'broken') return refuse('policy_broken', record, `${answer.code}: ${answer.cause}`);
    evidence = answer.policy;
    const { kind: _, ...answered } = answer;
    return redeemed(record, { ...use, ...answered, input }, now);
  });
  if (result.kind === 'changed') return { kind: 'redeemed', record: result.record, policy: evidence };
  // The answer to the same use was lost: policy still allows it, and it is counted already.
  if (result.code === 'repeated' && result.record !== undefined) {
    return { kind: 'redeemed', record: result.record, policy: evidence };
  }
  if (result.code === 'busy') return result;
  const told = await swap(store, claims.txn, (record, now) => redeemRefused(record, result, { ...use, ...heard }, now));
  return told.kind === 'changed' ? result : note(store, use, result.code, claims.txn);
}

/** The standing approval that the request passed under, if it is still in force; the use it took is its own. */
async function restingOn({ standing }: RedeemWorld, record: RequestRecord, now: number) {
  const known = record.standing === undefined ? undefined : await standing.find(record.standing);
  if (known === undefined) return {};
  const own = { ...known, uses: Math.max(0, known.uses - 1) };
  return isLive(own, now) ? { standing: [claimOf(own)] } : {};
}

async function note(store: Store, { service, key }: Redemption, code: string, request?: string): Promise<Refusal> {
  const claimed = request === undefined ? {} : { claims_request: request };
  const at = timestamp(store.now());
  await store.note({ event: 'redeem_refused', at, code, service, key, ...claimed, evidence: {} });
  return refuse(code);
}
