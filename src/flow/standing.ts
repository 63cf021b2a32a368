// Stand: an approval that people gave for later requests too is kept, found again, and ended before its time.
import { whoFacts } from '../domain/audit/evidence.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { type StandingState, standingGiven } from '../domain/standing.ts';
import { standingKept, standingRevoked } from '../domain/steps/stood.ts';
import type { Voter } from '../domain/vote.ts';
import type { StandingApprovals, Store, VoteEvidence } from './ports.ts';
import { swap } from './swap.ts';
import { identify, type VotersWorld } from './voters.ts';

type ByAccount = { readonly id: string; readonly account: string; readonly evidence: VoteEvidence };

/**
 * The same in the name of the person behind an account: a full member whom the directory knows, or who gave it with this
 * very account. A refusal is written down.
 */
export async function revokeByAccount(world: StandWorld & VotersWorld, call: ByAccount): Promise<Revocation> {
  const { id, account, evidence: via } = call;
  const person = await identify(world, account);
  const reply = person.kind === 'refusal' ? person : await endedBy(world, call, person.voter);
  if (reply.kind === 'refusal') {
    const who = person.kind === 'refusal' ? { account } : whoFacts(person.voter);
    const at = timestamp(world.store.now());
    await world.store.note({ event: 'revoke_refused', at, code: wordOf(reply), id, evidence: { who, via } });
  }
  return reply;
}

async function endedBy(world: StandWorld, { id, account }: ByAccount, { user, kind }: Voter): Promise<Revocation> {
  if (kind !== 'member') return refuse('not_a_member');
  const given = user === account ? await world.standing.find(id) : undefined;
  if (user === account && !(given?.votes ?? []).some(({ by }) => by.id === user)) return refuse('unmapped');
  return revokeStanding(world, { id, by: { kind: 'person', id: user } });
}

export type StandWorld = { readonly store: Store; readonly standing: StandingApprovals };

/** Puts into force what a vote of an approved request gave. Harmless when repeated. */
export async function keepStanding({ store, standing }: StandWorld, id: string): Promise<void> {
  const record = await store.read(id);
  const given = record === undefined ? undefined : standingGiven(record);
  if (given === undefined) return;
  await standing.keep(given, store.now());
  await swap(store, id, (newest, now) => standingKept(newest, given, now));
}

/** Who wants it ended: the service in whose name it stands, or a person. */
export type Revoker = { readonly kind: 'service' | 'person'; readonly id: string };

export type Revocation = { readonly kind: 'revoked'; readonly standing: StandingState } | Refusal;

/**
 * Ends it at once; ending is never refused to a person who is known, since it only tightens. To a service that it does
 * not belong to it does not exist. Grants that rest on it and were not used are refused from now on.
 */
export async function revokeStanding(world: StandWorld, call: { id: string; by: Revoker }): Promise<Revocation> {
  const { store, standing } = world;
  const { id, by } = call;
  const known = await standing.find(id);
  if (known === undefined || (by.kind === 'service' && known.scope.service !== by.id))
    return refuse('unknown_standing');
  const now = store.now();
  const name = by.kind === 'service' ? `service ${by.id}` : by.id;
  const revoked = await standing.revoke(id, { by: name, at: timestamp(now) });
  if (revoked === undefined) return refuse('unknown_standing');
  await swap(store, known.request, (record: RequestRecord, at) => standingRevoked(record, name, at));
  return { kind: 'revoked', standing: revoked };
}
