// Submit: a service asks. Over HTTP the request is stored and decided next; from the queue both happen in one commit.
import { type Change, together } from '../domain/change.ts';
import { type Failure, isTransient } from '../domain/failure.ts';
import { type Service, timestamp } from '../domain/record.ts';
import { refuse } from '../domain/refusal.ts';
import { expired, putOff } from '../domain/steps/ended.ts';
import { isSameSubmission, submitted } from '../domain/steps/submitted.ts';
import type { Submission } from '../domain/submission.ts';
import { type JudgeWorld, judge } from './judge.ts';
import type { Admission, Observe, Policy, Store } from './ports.ts';

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
  const userOwner = directory.ownerOf(submission.user.id);
  const key = call.key ?? submission.idempotency_key ?? world.randomKey();
  const first = submitted(
    {
      service,
      submission,
      key,
      defaultExpiryMs: world.defaultExpiryMs,
      ...(owner === undefined ? {} : { owner }),
      ...(userOwner === undefined ? {} : { userOwner }),
    },
    Math.min(call.askedAt ?? now, now),
  );
  const change = await firstAnswer(world, first, now);
  const committed = await store.commit(change);
  const via = service.auth === 'queue_key' ? 'queue' : 'http';
  if (committed.ok) {
    observe({ kind: 'submitted', service: service.id, via, repeated: false });
    return { kind: 'created', record: change.next };
  }
  const { actual } = committed;
  if (actual === undefined || !isSameSubmission(actual, submission)) {
    // The queue has nobody to answer to, so the audit must say what became of it.
    const fact = { event: 'submission_refused', at: timestamp(now), code: 'conflict', service, id: first.next.id };
    await store.note(fact);
    return refuse('conflict', actual);
  }
  observe({ kind: 'submitted', service: service.id, via, repeated: true });
  return { kind: 'repeated', record: actual };
}

/** What is stored first: with policy's answer where it can be had, else with the errand to get one. */
async function firstAnswer({ policy, ...world }: SubmitWorld, first: Change, now: number): Promise<Change> {
  const late = expired(first.next, now);
  if (late.kind === 'change') return together(first, late); // it lay in a backlog until nobody waits for it
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
