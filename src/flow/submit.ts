// Submit: a service asks. Over HTTP the request is stored and decided next; from the queue both happen in one commit.
import { type Change, together } from '../domain/change.ts';
import { type Failure, isTransient } from '../domain/failure.ts';
import { type RequestRecord, type Service, timestamp } from '../domain/record.ts';
import { refuse } from '../domain/refusal.ts';
import { putOff } from '../domain/steps/ended.ts';
import { isSameSubmission, submitted } from '../domain/steps/submitted.ts';
import type { Submission } from '../domain/submission.ts';
import { type JudgeWorld, judge } from './judge.ts';
import type { Admission, Committed, Observe, Policy, Store } from './ports.ts';

export type SubmitWorld = Omit<JudgeWorld, 'policy'> & {
  readonly store: Store;
  readonly observe: Observe;
  /** With a policy at hand the request is decided before it is stored; without, a worker decides it. */
  readonly policy?: Policy;
  readonly randomKey: () => string;
  readonly defaultExpiryMs: number;
};

export type Submit = {
  readonly service: Service;
  readonly submission: Submission;
  /** The idempotency key; a service that sends none gets a new request each time. */
  readonly key?: string;
  /** When the service asked, if it was not just now (milliseconds). */
  readonly askedAt?: number;
};

/** The same key with the same body is the same request; with another body it is refused as a conflict. */
export async function submit(world: SubmitWorld, call: Submit): Promise<Admission> {
  const { store, directory, observe } = world;
  const { service, submission } = call;
  const now = store.now();
  const owner = submission.actor === undefined ? undefined : directory.ownerOf(submission.actor.id);
  const key = call.key ?? submission.idempotency_key ?? world.randomKey();
  const { defaultExpiryMs } = world;
  const asked = {
    service,
    submission,
    key,
    defaultExpiryMs,
    ...(owner === undefined ? {} : { owner }),
  };
  const first = submitted(call.askedAt === undefined ? asked : { ...asked, askedAt: call.askedAt }, now);
  // It lay in a backlog until nobody waits for it, or was signed with a time long past: nobody is asked anything.
  if (now >= Date.parse(first.next.expiresAt)) return tooOld(world, first.next, submission);
  const { change, committed } = await admitted(world, first, now);
  if (committed.ok) {
    observe({ kind: 'submitted', service: service.id, via: viaOf(service), repeated: false });
    return { kind: 'created', record: change.next };
  }
  const { actual, over } = committed;
  if (over !== undefined) {
    observe({ kind: 'over_budget', service: service.id, budget: over.budget });
    return { ...refuse('over_budget'), over };
  }
  return known(world, first.next, actual, submission);
}

/** How often it is judged before it is stored, where an emergency loses to others of its service each time. */
const MOST_JUDGED = 3;

/** Stored with policy's answer. Who loses too often to others is stored without, and decided like what came over HTTP. */
async function admitted(world: SubmitWorld, first: Change, now: number, tries = 1): Promise<Admitted> {
  const change = tries > MOST_JUDGED ? toDecide(first) : await firstAnswer(world, first, now);
  const committed = await world.store.commit(change);
  const isOutdated = !committed.ok && committed.isOutdated === true;
  return isOutdated ? admitted(world, first, now, tries + 1) : { change, committed };
}

type Admitted = { readonly change: Change; readonly committed: Committed };

/** Its id is taken: by the same request, or by another one. */
async function known(
  { store, observe }: Pick<SubmitWorld, 'store' | 'observe'>,
  { id, service }: RequestRecord,
  actual: RequestRecord | undefined,
  submission: Submission,
): Promise<Admission> {
  if (actual === undefined || !isSameSubmission(actual, submission)) {
    // The queue has nobody to answer to, so the audit must say what became of it.
    await store.note({ event: 'submission_refused', at: timestamp(store.now()), code: 'conflict', service, id });
    return refuse('conflict', actual);
  }
  observe({ kind: 'submitted', service: service.id, via: viaOf(service), repeated: true });
  return { kind: 'repeated', record: actual };
}

async function tooOld(world: SubmitWorld, late: RequestRecord, submission: Submission): Promise<Admission> {
  const { store } = world;
  const { id, service, submittedAt, expiresAt } = late;
  const before = await store.read(id);
  if (before !== undefined) return known(world, late, before, submission);
  const code = 'too_old';
  const at = timestamp(store.now());
  await store.note({
    event: 'submission_refused',
    at,
    code,
    service,
    id,
    asked_at: submittedAt,
    expired_at: expiresAt,
  });
  return refuse(code);
}

function viaOf({ auth }: Service): 'queue' | 'http' {
  return auth === 'queue_key' ? 'queue' : 'http';
}

/** What is stored first: with policy's answer where it can be had, else with the errand to get one. */
async function firstAnswer({ policy, ...world }: SubmitWorld, first: Change, now: number): Promise<Change> {
  if (policy === undefined) return toDecide(first);
  try {
    const answer = await judge({ policy, ...world }, first.next, 'submit', now);
    return answer.kind === 'change' ? together(first, answer) : first;
  } catch (error) {
    if (!isTransient(error)) throw error;
    const noted = putOff(first.next, error as Failure, now);
    return toDecide(noted.kind === 'change' ? together(first, noted) : first);
  }
}

function toDecide(change: Change): Change {
  return { ...change, effects: [...change.effects, { kind: 'decide' }] };
}
