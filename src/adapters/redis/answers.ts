// What is left for services that wait through the queue: the answer of a record, and of a request that was never taken in.
import type { Redis } from 'ioredis';
import type { Answer } from '../../contract/answer.ts';
import { ANSWER_KEPT_MS } from '../../contract/queue.ts';
import { view } from '../../contract/view.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { orFailure } from './failures.ts';
import { keyspace } from './keyspace.ts';

export type Refused = Extract<Answer, { readonly kind: 'refused' }>;

/** The answer that a record stands for; the commit that makes it so leaves it. */
export function answerOf(record: RequestRecord): Answer {
  const { id, digest, status } = record;
  if (status === 'pending') return { v: 1, kind: 'pending', id, digest };
  return { v: 1, kind: 'resolved', id, view: view(record) };
}

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
