// The installation of a rehearsal: the ports of the flow over memory, a clock that is set, errands that are done at once.
import type { JsonObject } from '../../domain/canonical.ts';
import type { Effect } from '../../domain/effect.ts';
import type { RequestRecord, Service } from '../../domain/record.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Accounts, Admission, Directory, Policy, StandingApprovals, Store } from '../../flow/ports.ts';
import { keepStanding } from '../../flow/standing.ts';
import { submit } from '../../flow/submit.ts';
import { wake } from '../../flow/wake.ts';
import { accountsBy, type SaidOfAccount } from './ballot.ts';
import { heard } from './heard.ts';
import { openMemory } from './memory.ts';
import { openStandingMemory } from './standing-memory.ts';
import { type Clock, clockAfter, type PeopleChange, type Step } from './step.ts';

/** The policy that is asked and the people who are known, each as far as a story has changed them. */
export type World = {
  /** The policy with these laid over its own data, one after the other; the very same where there are none. */
  policyWith(layers: readonly JsonObject[]): Promise<Policy>;
  directoryWith(people: PeopleChange): Directory;
};

/** What the verbs of the flow are given. */
export type Ports = {
  readonly store: Store;
  readonly standing: StandingApprovals;
  readonly policy: Policy;
  readonly directory: Directory;
  readonly accounts: Accounts;
};

export type House = {
  readonly service: Service;
  /** As they are now: people may have changed. */
  ports(): Ports;
  now(): number;
  /** A request comes in; from then on it is the one that the story is about, unless it was refused. */
  ask(submission: Submission): Promise<Admission>;
  /** Time goes on to when this step happens, and the clock does at each moment what is due then. */
  advance(step: Step): Promise<void>;
  /** Errands are done and what is due is done, as they would be before anybody looks again. */
  settle(): Promise<void>;
  changePeople(people: PeopleChange): void;
  changeData(layer: JsonObject): void;
  /** Slack says so of this account from now on. */
  sayOf(account: string, said: SaidOfAccount): void;
  current(): Promise<RequestRecord>;
  /** What was told to people and services since it was last taken, in order. */
  takeTold(): readonly Effect[];
};

export type HouseOptions = {
  readonly service: Service;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Laid over the policy's data from the beginning, one after the other. */
  readonly data: readonly JsonObject[];
  /** How often its service broke glass in the day before; never where left out. */
  readonly glassBefore?: number;
};

/** What a request waits for where neither it nor policy says, as an installation does. */
const DEFAULT_EXPIRY_MS = 3_600_000;

/** What it does throws a transient `Failure` where policy cannot be asked. */
export function openHouse(world: World, { service, now, data, glassBefore }: HouseOptions): House {
  let clock: Clock = { startedAt: now, now, actedAt: now };
  let layers = data;
  let people: PeopleChange = {};
  let directory = world.directoryWith(people);
  let requests = 0;
  let id = '';
  let told: Effect[] = [];
  const store = openMemory(() => clock.now, glassBefore);
  const standing = openStandingMemory();
  const policy = heard(async input => (await world.policyWith(layers)).ask(input));
  const said = new Map<string, SaidOfAccount>();
  const accounts = accountsBy(account => said.get(account));
  const ports = (): Ports => ({ store, standing, policy, directory, accounts });

  return {
    service,
    ports,
    now: () => clock.now,
    async ask(submission) {
      const key = submission.idempotency_key ?? `rehearsal-${++requests}`;
      const flow = { ...ports(), observe: () => {}, randomKey: () => key, defaultExpiryMs: DEFAULT_EXPIRY_MS };
      const admission = await submit(flow, { service, submission, key });
      if (admission.kind !== 'refusal') id = admission.record.id;
      await doErrands();
      return admission;
    },
    async advance(step) {
      const then = clockAfter(step, clock);
      await pass(then.now, step.kind === 'answer');
      clock = then;
    },
    async settle() {
      await doErrands();
      await pass(clock.now);
    },
    changePeople(change) {
      people = { ...people, ...change };
      directory = world.directoryWith(people);
    },
    changeData(layer) {
      layers = [...layers, layer];
    },
    sayOf: (account, saying) => void said.set(account, saying),
    async current() {
      const record = await store.read(id);
      if (record === undefined) throw new Error('the rehearsal has lost its request');
      return record;
    },
    takeTold() {
      const taken = told;
      told = [];
      return taken;
    },
  };

  /**
   * With `isLate` the clock is slow to end requests: an answer after the deadline comes before it, and only the checks
   * at the vote itself keep such an answer from counting.
   */
  async function pass(until: number, isLate = false): Promise<void> {
    for (;;) {
      const due = store.alarms().find(({ alarm }) => alarm.at <= until && !(isLate && alarm.kind === 'expire'));
      if (due === undefined) break;
      clock = { ...clock, now: Math.max(clock.now, due.alarm.at) };
      const before = await store.read(due.id);
      await wake(ports(), due.id);
      await doErrands();
      if ((await store.read(due.id)) === before) break;
    }
    clock = { ...clock, now: Math.max(clock.now, until) };
  }

  /** Those that tell somebody something are only noted. */
  async function doErrands(): Promise<void> {
    for (;;) {
      const refs = store.takeEffects();
      if (refs.length === 0) return policy.complain();
      for (const { id: request, effect } of refs) {
        if (effect.kind === 'standing') await keepStanding({ store, standing }, request);
        else told.push(effect);
      }
    }
  }
}
