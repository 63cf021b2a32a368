// What is left for services that wait through the queue: the answer of a record, and of a request that was never taken in.
import type { Redis } from 'ioredis';
import type { Answer } from '../../contract/answer.ts';
import { ANSWER_KEPT_MS } from '../../contract/queue.ts';
import { view } from '../../contract/view.ts';
import type { Change } from '../../domain/change.ts';
import type { RequestRecord, Service } from '../../domain/record.ts';
import { orFailure } from './failures.ts';
import { type Keyspace, keyspace } from './keyspace.ts';

export type Refused = Extract<Answer, { readonly kind: 'refused' }>;

/** The answer that a record stands for; the commit that makes it so leaves it. */
export function answerOf(record: RequestRecord): Answer {
  const { id, digest, status } = record;
  if (status === 'pending') return { v: 1, kind: 'pending', id, digest };
  return { v: 1, kind: 'resolved', id, view: view(record) };
}

/** How long a service that was given its first key for the queue may still count as one without. */
const BELIEVED_MS = 5_000;

/** Whether somebody of this service may wait through the queue, also for what was asked over HTTP. */
export function intakesOf({ redis, keys }: { readonly redis: Redis; readonly keys: Keyspace }) {
  const known = new Map<string, { readonly has: boolean; readonly readAt: number }>();
  return async ({ id, auth }: Service): Promise<boolean> => {
    if (auth === 'queue_key') return true;
    const before = known.get(id);
    if (before !== undefined && performance.now() - before.readAt < BELIEVED_MS) return before.has;
    const has = (await orFailure(redis.sismember(keys.intakes, id))) === 1;
    known.set(id, { has, readAt: performance.now() });
    return has;
  };
}

/** What changes the answer of a request that is resolved: it must not read as a yes that is void by now. */
const ANSWERING = new Set(['resolved', 'redeemed', 'revoked']);

/** The answer that a change leaves, and for how long; undefined where the one before stands. */
export function answerLeft({ next, expected, entries }: Change): Left | undefined {
  if (next.status === 'pending') return expected === 0 ? { text: JSON.stringify(answerOf(next)) } : undefined;
  const isNews = entries.some(({ event }) => ANSWERING.has(event));
  return isNews ? { text: JSON.stringify(answerOf(next)), keptMs: ANSWER_KEPT_MS } : undefined;
}

export type Left = { readonly text: string; readonly keptMs?: number };

/** Waiters find it in the stream; who comes later, under its key. */
const STREAMED_MS = 60_000;

/**
 * Leaves a refusal where the service looks for it, unless there is an answer already: an envelope that is put in again
 * under the id of a request that was taken in changes nothing of what that one is told.
 */
export function refuser({ redis, namespace }: { readonly redis: Redis; readonly namespace: string }) {
  const keys = keyspace(namespace);
  return async (service: string, refused: Refused): Promise<void> => {
    const text = JSON.stringify(refused);
    const left = await orFailure(redis.set(keys.answer(service, refused.id), text, 'PX', ANSWER_KEPT_MS, 'NX'));
    if (left === null) return;
    const stream = keys.answers(service);
    await orFailure(redis.xadd(stream, 'MAXLEN', '~', 1_000, '*', 'id', refused.id, 'answer', text));
    await orFailure(redis.pexpire(stream, STREAMED_MS));
  };
}
