// Plays one request and what happens to it against a policy: the verbs of production over a memory, nothing stored.
import type { JsonObject } from '../domain/canonical.ts';
import type { Effect } from '../domain/effect.ts';
import type { RequestRecord, Service } from '../domain/record.ts';
import { type Refusal, refusalSentence, refuse } from '../domain/refusal.ts';
import { type Submission, submissionDigest } from '../domain/submission.ts';
import { personAccount } from '../domain/vote.ts';
import type { Directory, Policy } from '../flow/ports.ts';
import { redeem, revoke } from '../flow/redeem.ts';
import { cancel, castVote } from '../flow/resolve.ts';
import { closeReview } from '../flow/review.ts';
import { keepStanding, revokeStanding } from '../flow/stand.ts';
import { submit } from '../flow/submit.ts';
import { wake } from '../flow/wake.ts';
import { accountsOf, BY_KEY, ballotOf } from './ballot.ts';
import { openGrants } from './grants.ts';
import { heard } from './heard.ts';
import { openMemory } from './memory.ts';
import { openStandingMemory } from './standing-memory.ts';
import type { Answer, PeopleChange, Step } from './step.ts';

/** The policy that is asked and the people who are known, each as far as a story has changed them. */
export type World = {
  /** The policy with these laid over its own data, one after the other; the very same where there are none. */
  policyWith(layers: readonly JsonObject[]): Promise<Policy>;
  directoryWith(people: PeopleChange): Directory;
};

export type Plan = {
  readonly service: Service;
  readonly submission: Submission;
  /** Milliseconds since 1970, of the submission. */
  readonly now: number;
  /** Laid over the policy's data from the beginning, one after the other. */
  readonly data: readonly JsonObject[];
  readonly steps: readonly Step[];
};

/** What became of one step. */
export type Scene = {
  readonly step: Step;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was done, in a word, or the code of the refusal; a step that asks for nothing has none. */
  readonly verdict?: string;
  readonly isRefused: boolean;
  /** Why it was refused. */
  readonly words?: string;
  /** The request that the story is about, as it is now. */
  readonly record: RequestRecord;
  /** What was told to people and services because of it, in order. */
  readonly told: readonly Effect[];
};

export type Performance = {
  readonly asked: Omit<Scene, 'step' | 'verdict' | 'isRefused' | 'words'>;
  readonly scenes: readonly Scene[];
  /** The record after all of it. */
  readonly record: RequestRecord;
};

/** What a request waits for where neither it nor policy says, as an installation does. */
const DEFAULT_EXPIRY_MS = 3_600_000;
/** People answer a minute after whatever was done before, unless time is said to have passed. */
const PAUSE_MS = 60_000;

/** Throws a transient `Failure` where policy cannot be asked. */
export async function rehearse(world: World, plan: Plan): Promise<Performance> {
  const { service, submission, steps } = plan;
  let now = plan.now;
  /** When somebody last did something: what the next answer comes a minute after. */
  let actedAt = now;
  let data = plan.data;
  let people: PeopleChange = {};
  const memory = openMemory(() => now);
  const standing = openStandingMemory();
  const grants = openGrants();
  const policy = heard(async input => (await world.policyWith(data)).ask(input));
  let directory = world.directoryWith(people);
  let requests = 0;
  let id = '';
  let told: Effect[] = [];

  const asked = await ask(submission);
  const scenes: Scene[] = [];
  for (const step of steps) scenes.push(await play(step));
  return { asked, scenes, record: await current() };

  async function ask(next: Submission) {
    const key = next.idempotency_key ?? `rehearsal-${++requests}`;
    const flow = { store: memory, directory, standing, policy, observe: () => {}, randomKey: () => key };
    const admission = await submit({ ...flow, defaultExpiryMs: DEFAULT_EXPIRY_MS }, { service, submission: next, key });
    if (admission.kind !== 'refusal') id = admission.record.id;
    await settle();
    return scene();
  }

  async function play(step: Step): Promise<Scene> {
    if (step.kind === 'answer') await pass(timeOf(step), 'the clock is slow');
    else if (step.kind === 'wait') await pass(now + step.ms);
    else if (step.kind === 'until') await pass(step.at);
    const refusalOrWord = await act(step);
    await settle();
    await pass(now); // what was due and had to let a late answer go first
    const isRefused = typeof refusalOrWord === 'object';
    const verdict = isRefused ? refusalOrWord.code : refusalOrWord;
    const words = isRefused ? refusalSentence(refusalOrWord) : undefined;
    return {
      step,
      isRefused,
      ...(verdict === undefined ? {} : { verdict }),
      ...(words === undefined ? {} : { words }),
      ...(await scene()),
    };
  }

  /** What was done, in a word, or why not. */
  async function act(step: Step): Promise<string | Refusal | undefined> {
    const verb = () => {
      actedAt = now;
      return { store: memory, policy, directory, standing };
    };
    switch (step.kind) {
      case 'wait':
      case 'until':
        return undefined;
      case 'answer': {
        const reply = await castVote(
          { ...verb(), accounts: accountsOf(step) },
          ballotOf(step, { id, directory, now, key: `answer-${scenes.length}` }),
        );
        return reply.kind === 'refusal' ? reply : 'counted';
      }
      case 'cancel':
        return done(await cancel(verb(), { id, service: service.id }), 'cancelled');
      case 'revoke':
        return done(await revoke(verb(), { id, service: service.id }), 'revoked');
      case 'end_standing': {
        const given = (await current()).gaveStanding?.id ?? '';
        return done(await revokeStanding(verb(), { id: given, by: { kind: 'person', id: step.by } }), 'ended');
      }
      case 'review': {
        const accounts = accountsOf({ kindOfAccount: 'member', groups: [] });
        const who = { account: personAccount(step.by), key: `review-${scenes.length}`, evidence: BY_KEY };
        const closing = { id, ...who, note: step.note, surface: 'cli' } as const;
        return done(await closeReview({ ...verb(), accounts }, closing), 'reviewed');
      }
      case 'redeem': {
        const record = await current();
        const grant = grants.mint(record);
        if (grant === undefined) return refuse('not_approved', record);
        const digest = submissionDigest(step.acting ?? record.submission);
        const use = { service: step.service ?? service.id, digest, key: `use-${scenes.length}` };
        return done(await redeem({ ...verb(), openGrant: grants.open }, { ...use, grant }), 'redeemed');
      }
      case 'submit':
        verb();
        await ask(step.submission);
        return undefined;
      case 'people':
        people = { ...people, ...step.people };
        directory = world.directoryWith(people);
        return undefined;
      case 'data':
        data = [...data, step.data];
        return undefined;
      default:
        return step satisfies never;
    }
  }

  function timeOf({ afterMs }: Answer): number {
    return afterMs === undefined ? Math.max(now, actedAt + PAUSE_MS) : Math.max(now, plan.now + afterMs);
  }

  /**
   * Time goes on, and the clock does at each moment what is due then. Where it is slow an answer after the deadline
   * comes before the clock has ended the request: only the checks at the vote itself keep it from counting.
   */
  async function pass(until: number, pace?: 'the clock is slow'): Promise<void> {
    for (;;) {
      const due = memory
        .alarms()
        .find(({ alarm }) => alarm.at <= until && !(pace !== undefined && alarm.kind === 'expire'));
      if (due === undefined) break;
      now = Math.max(now, due.alarm.at);
      const before = await memory.read(due.id);
      await wake({ store: memory, policy, directory, standing }, due.id);
      await settle();
      if ((await memory.read(due.id)) === before) break;
    }
    now = Math.max(now, until);
  }

  /** Does the errands that a change has caused; those that tell somebody something are only noted. */
  async function settle(): Promise<void> {
    for (;;) {
      const refs = memory.takeEffects();
      if (refs.length === 0) return policy.complain();
      for (const { id: request, effect } of refs) {
        if (effect.kind === 'standing') await keepStanding({ store: memory, standing }, request);
        else told.push(effect);
      }
    }
  }

  async function current(): Promise<RequestRecord> {
    const record = await memory.read(id);
    if (record === undefined) throw new Error('the rehearsal has lost its request');
    return record;
  }

  async function scene() {
    const record = await current();
    const since = told;
    told = [];
    return { at: now, record, told: since };
  }
}

function done(reply: { readonly kind: string } | Refusal, word: string): string | Refusal {
  return 'code' in reply ? reply : word;
}
