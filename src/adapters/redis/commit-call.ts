// What a commit sends to the script: the keys and arguments of each change, in the order that `scripts/commit.lua` reads them.
import { nextAlarm } from '../../domain/alarm.ts';
import type { Change } from '../../domain/change.ts';
import { effectKey } from '../../domain/effect.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { encodeEffect } from '../../domain/stored/effect.ts';
import type { Left } from './answers.ts';
import { type Keyspace, place } from './keyspace.ts';
import { nextLook } from './undecided.ts';
import { unshownPlace } from './unshown.ts';

/** Of one service, over all processes. */
export type StoreBudgets = {
  readonly pending: number;
  readonly storedBytes: number;
  readonly requestsPerSecond: number;
};

/** A change as it travels. */
export type Sent = {
  readonly change: Change;
  /** The record as it is stored. */
  readonly record: string;
  /** What the change leaves for whoever waits through the queue. */
  readonly left: Left | undefined;
  /** Names it: sent again because its answer was lost, it is recognised as stored. */
  readonly token: string;
};

type Shared = {
  readonly keys: Keyspace;
  readonly retentionMs: number;
  readonly now: number;
  readonly budgets?: StoreBudgets | undefined;
};

/** How many keys there are, the keys, and the arguments, of all changes that travel together. */
export function commitCall(sent: readonly Sent[], { keys, retentionMs, now, budgets }: Shared): (string | number)[] {
  const { pending = '', storedBytes = '', requestsPerSecond = '' } = budgets ?? {};
  const allKeys = [...sharedKeys(keys), ...sent.flatMap(({ change }) => keysOf(keys, change))];
  const limits = [now, pending, storedBytes, requestsPerSecond];
  return [allKeys.length, ...allKeys, ...limits, ...sent.flatMap(one => argumentsOf(one, retentionMs, now))];
}

function sharedKeys({ deadlines, audit, outbox, changes, reviews, undecided, unshown }: Keyspace): readonly string[] {
  return [deadlines, audit, outbox, changes, reviews, undecided, unshown];
}

function keysOf(keys: Keyspace, { next: { id, service, status } }: Change): readonly string[] {
  return [
    keys.request(id),
    keys.list(service.id, 'pending'),
    keys.list(service.id, status),
    keys.answers(service.id),
    keys.answer(service.id, id),
    keys.auditOf(id),
    keys.usage(service.id),
    keys.glass(service.id),
  ];
}

function argumentsOf(
  { change, record, left, token }: Sent,
  retentionMs: number,
  now: number,
): readonly (string | number)[] {
  const { next, expected, entries, effects, glass } = change;
  const alarm = nextAlarm(next);
  return [
    next.service.id,
    next.resolution?.by === 'clock' ? 'clock' : '',
    next.id,
    token,
    expected,
    record,
    next.status,
    alarm?.at ?? '',
    alarm === undefined ? retentionMs : '',
    place(next.submittedAt, next.id),
    reviewOf(next),
    left?.text ?? '',
    left?.keptMs ?? '',
    nextLook(next, now) ?? '',
    glass?.others ?? '',
    unshownPlace(next) ?? '',
    entries.length,
    ...entries.map(entry => JSON.stringify(entry)),
    effects.length,
    ...effects.flatMap((effect, n) => [effectKey(next.id, next.version, n), encodeEffect(effect)]),
  ];
}

function reviewOf({ review }: RequestRecord): '' | 'open' | 'closed' {
  if (review === undefined) return '';
  return review.closed === undefined ? 'open' : 'closed';
}
