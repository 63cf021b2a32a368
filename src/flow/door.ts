// The front door: every use case, made from the ports once. What a caller may not do is refused here, whichever way they came.
import { personAccount } from '../domain/account.ts';
import { usesLeft } from '../domain/grant.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { REQUEST_ID } from '../domain/request-id.ts';
import { giversOf, STANDING_ID } from '../domain/standing.ts';
import { ask, handOver, nudge } from './aside.ts';
import { asService, type FitnessWorld, unfit, unseen } from './fitness.ts';
import { linkByCode, offerCode, standingOf, unlinkAccount, unlinkPerson } from './link.ts';
import { type OperatingWorld, openOperating } from './operating.ts';
import type { Caller, KeyCaller, PersonCaller, Reply, UseCases } from './ports.ts';
import { openReading, type ReadingWorld } from './reading.ts';
import { type RedeemWorld, redeem } from './redeem.ts';
import { cancel, cancelByPerson, castVote, type ResolveWorld } from './resolve.ts';
import { checkReviewer, closeReview } from './review.ts';
import { revoke, revokeByPerson } from './revoke.ts';
import { revokeByAccount, revokeStanding, type StandWorld } from './standing.ts';
import { type SubmitWorld, submit } from './submit.ts';

export type DoorWorld = FitnessWorld &
  ReadingWorld &
  OperatingWorld &
  ResolveWorld &
  StandWorld &
  Pick<SubmitWorld, 'observe' | 'randomKey' | 'defaultExpiryMs'> & {
    /** How a submission is judged before it is stored; left out: a worker decides it afterwards. */
    readonly judging?: Pick<SubmitWorld, 'policy' | 'accounts' | 'isEmailMatched'>;
    /** What a redemption is judged with: what Slack says of those who gave a standing approval, too. */
    readonly redeeming: Omit<RedeemWorld, 'store'>;
    readonly newCode: () => string;
  };

export function openDoor(world: DoorWorld): UseCases {
  const { store, directory, links, standing, randomKey } = world;
  const reading = openReading(world);
  const operating = openOperating(world);

  /** A click has a name of its own; any other call is named by its key, or is a gesture of its own. */
  const gestureOf = (caller: PersonCaller, what: string, key = randomKey()) =>
    (caller.kind === 'slack' ? caller.gesture : undefined) ?? `${accountOf(caller)}:${what}:${key}`;

  async function said(
    caller: Caller,
    what: string,
    id: string,
    say: (as: ReturnType<typeof behind> & { readonly key: string }) => Promise<Reply>,
  ): Promise<Reply> {
    const person = asPerson(caller);
    if (person.kind === 'refusal') return person;
    if (!REQUEST_ID.test(id)) return refuse('unknown_request');
    return say({ ...behind(person), key: gestureOf(person, what) });
  }

  return {
    ...reading,
    ...operating,
    async submit(caller, call) {
      const service = asService(caller);
      if (service.kind === 'refusal') return service;
      const { kind: _, ...from } = service;
      const { observe, defaultExpiryMs, judging } = world;
      const submitWorld = { store, directory, links, standing, observe, randomKey, defaultExpiryMs, ...judging };
      return unfit(world, from, call) ?? submit(submitWorld, { service: from, ...call });
    },
    async cancel(caller, id) {
      if (caller.kind === 'service') return cancel({ store }, { id, service: caller.id });
      const person = asPerson(caller);
      if (person.kind === 'refusal') return person;
      const seen = await reading.read(person, id);
      return 'code' in seen ? seen : cancelByPerson(world, { id, ...behind(person) });
    },
    async vote(caller, { key, ...call }) {
      const person = asPerson(caller);
      if (person.kind === 'refusal') return person;
      const isUnseen = unseen(person, call);
      if (isUnseen !== undefined) return isUnseen;
      if (!REQUEST_ID.test(call.id)) return refuse('unknown_request');
      // A denial is another gesture than an approval, also under a key that was used for one.
      const gesture = gestureOf(person, call.vote, key);
      // What they read is what they approve, where it was no card.
      const shown = call.digest === undefined ? {} : { card: call.digest };
      return castVote(world, { ...shown, ...call, ...behind(person), key: gesture });
    },
    review: {
      async check(caller, id) {
        const person = asPerson(caller);
        if (person.kind === 'refusal') return person;
        return checkReviewer(world, { id, ...behind(person), key: gestureOf(person, 'review') });
      },
      async close(caller, call) {
        const person = asPerson(caller);
        if (person.kind === 'refusal') return person;
        return closeReview(world, { ...call, ...behind(person), key: gestureOf(person, 'review') });
      },
    },
    aside: {
      ask: (caller, call) => said(caller, 'ask', call.id, as => ask(world, { ...call, ...as })),
      handOver: (caller, call) => said(caller, 'hand_over', call.id, as => handOver(world, { ...call, ...as })),
      nudge: (caller, id) => said(caller, 'nudge', id, as => nudge(world, { id, ...as })),
    },
    async revoke(caller, call) {
      if (caller.kind === 'service') return revoke({ store }, { ...call, service: caller.id });
      const person = asPerson(caller);
      return person.kind === 'refusal' ? person : revokeByPerson(world, { ...call, ...behind(person) });
    },
    async redeem(caller, { key = randomKey(), ...call }) {
      const service = asService(caller);
      if (service.kind === 'refusal') return service;
      const reply = await redeem({ ...world.redeeming, store }, { ...call, key, service: service.id });
      return reply.kind === 'refusal' ? reply : { ...reply, usesLeft: usesLeft(reply.record) };
    },
    standing: {
      async list(caller) {
        const { items, ...more } = await standing.inForce(store.now());
        const isTheirs = (given: (typeof items)[number]) => {
          if (caller.kind === 'service') return given.scope.service === caller.id;
          return caller.kind === 'key' && giversOf(given).includes(caller.person);
        };
        return { items: items.filter(isTheirs), ...more };
      },
      async revoke(caller, id) {
        if (!STANDING_ID.test(id)) return refuse('unknown_standing');
        if (caller.kind === 'service') return revokeStanding(world, { id, by: { kind: 'service', id: caller.id } });
        if (caller.kind === 'key') return revokeStanding(world, { id, by: { kind: 'person', id: caller.person } });
        const person = asPerson(caller);
        return person.kind === 'refusal' ? person : revokeByAccount(world, { id, ...behind(person) });
      },
    },
    link: {
      async offer(caller) {
        const person = withKey(caller);
        return person.kind === 'refusal' ? person : offerCode(world, person);
      },
      async claim(caller, code) {
        if (caller.kind !== 'slack') return refuse('link_not_a_member');
        return linkByCode(world, { ...caller, code });
      },
      async unlink(caller, whose) {
        if (caller.kind === 'slack') return unlinkAccount(world, caller);
        if (caller.kind === 'operator')
          return whose === undefined ? refuse('link_none') : operating.unlinkAnother(caller, whose);
        const person = withKey(caller);
        return person.kind === 'refusal' ? person : unlinkPerson(world, person);
      },
      async show(caller) {
        const person = withKey(caller);
        return person.kind === 'refusal' ? person : standingOf(world, person.person);
      },
    },
  };
}

function asPerson(caller: Caller): PersonCaller | Refusal {
  if (caller.kind === 'key' || caller.kind === 'slack') return caller;
  return refuse(caller.kind === 'operator' ? 'not_for_operators' : 'not_for_services');
}

function withKey(caller: Caller): KeyCaller | Refusal {
  return caller.kind === 'key' ? caller : refuse(caller.kind === 'operator' ? 'not_for_operators' : 'not_for_services');
}

function accountOf(caller: PersonCaller): string {
  return caller.kind === 'key' ? personAccount(caller.person) : caller.account;
}

function behind(caller: PersonCaller) {
  return { account: accountOf(caller), evidence: caller.evidence };
}
