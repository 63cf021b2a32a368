// Revoke: what is left of an approval is taken back, by the service that asked or by a person whom it concerns.
import { mayRevoke } from '../domain/audience.ts';
import { whoFacts } from '../domain/audit/evidence.ts';
import { folded } from '../domain/name.ts';
import { present } from '../domain/present.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { revoked } from '../domain/steps/redeemed.ts';
import { namesOf } from './identities.ts';
import type { Store, VoteEvidence } from './ports.ts';
import { type Swapped, swap } from './swap.ts';
import { identify, membershipsOf, orUnverified, type VotersWorld } from './voters.ts';

export type RevokeReply = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

/** The requester no longer wants what it was granted. Another service's request is unknown to this one. */
export async function revoke(
  { store }: { readonly store: Store },
  { id, service, reason }: { readonly id: string; readonly service: string; readonly reason?: string },
): Promise<RevokeReply> {
  const event = { by: `service:${service}`, ...present({ reason }), evidence: {} };
  const result = await swap(store, id, (record, now) =>
    record.service.id === service ? revoked(record, event, now) : refuse('unknown_request'),
  );
  return answerOf(result);
}

/**
 * The same in the name of a person: whoever asked, answers for the agent that did, approved, or is named by policy. Taking
 * back only tightens, so policy is not asked. A refusal is written down.
 */
export async function revokeByPerson(
  world: VotersWorld & { readonly store: Store },
  call: { readonly id: string; readonly account: string; readonly evidence: VoteEvidence; readonly reason?: string },
): Promise<RevokeReply> {
  const { id, account, reason } = call;
  const person = await identify(world, account);
  if (person.kind === 'refusal') return person;
  const { user } = person.voter;
  const named = (await world.store.read(id))?.decision?.grant?.revokers ?? [];
  const known = await orUnverified(() => membershipsOf(world, account, named));
  if (!Array.isArray(known)) return known;
  const evidence = { who: whoFacts(person.voter), via: call.evidence };
  const names = new Set([...(await namesOf(world, person.voter))].map(folded));
  const by = { user, groups: [...person.voter.groups, ...known], names };
  const event = { by: user, ...present({ reason }), evidence };
  const result = await swap(world.store, id, (record, now) =>
    mayRevoke(record, by) ? revoked(record, event, now) : refuse('not_a_revoker', record),
  );
  if (result.kind === 'refusal' && result.code === 'not_a_revoker') {
    const at = timestamp(world.store.now());
    await world.store.note({ event: 'revoke_refused', at, code: wordOf(result), id, evidence });
  }
  return answerOf(result);
}

/** Taken back already, it is as it was wanted. */
function answerOf(result: Swapped): RevokeReply {
  return result.kind === 'unchanged' ? { kind: 'changed', record: result.record } : result;
}
