// The compare-and-set: changes that are offered while another is on its way travel to Redis in one script call.
import { randomBytes } from 'node:crypto';
import type { Redis, Result } from 'ioredis';
import { nextAlarm } from '../../domain/alarm.ts';
import type { Change } from '../../domain/change.ts';
import { effectKey } from '../../domain/effect.ts';
import { Failure } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { encodeEffect } from '../../domain/stored/effect.ts';
import { decodeRecord, encodeRecord } from '../../domain/stored/record.ts';
import type { Committed, OverBudget } from '../../flow/ports.ts';
import { answerLeft, intakesOf, type Left } from './answers.ts';
import { storeFailure } from './failures.ts';
import { inTurn } from './in-turn.ts';
import { type Keyspace, place } from './keyspace.ts';
import { script } from './script.ts';
import { nextLook } from './undecided.ts';
import { unshownPlace } from './unshown.ts';

const FIXED_KEYS = 7;
const KEYS_PER_CHANGE = 8;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countersignCreate(...keysAndArguments: (string | number)[]): Result<unknown[], Context>;
    countersignChange(...keysAndArguments: (string | number)[]): Result<unknown[], Context>;
  }
}

export type CommitOptions = {
  readonly redis: Redis;
  readonly keys: Keyspace;
  readonly retentionMs: number;
  readonly now: () => number;
  /** What one service may have; without limits where left out. */
  readonly budgets?: StoreBudgets;
};

/** Of one service, over all processes. */
export type StoreBudgets = {
  readonly pending: number;
  readonly storedBytes: number;
  readonly requestsPerSecond: number;
};

type Offer = Told & {
  readonly record: string;
  answer(committed: Committed): void;
  fail(error: Failure): void;
};

/** A change, and what it leaves for whoever waits through the queue. */
type Told = { readonly change: Change; readonly left: Left | undefined };

type Script = (...keysAndArguments: (string | number)[]) => Promise<unknown[]>;

/** Returns the store's `commit`. */
export function committer({
  redis,
  keys,
  retentionMs,
  now,
  budgets,
}: CommitOptions): (change: Change) => Promise<Committed> {
  const text = script('commit');
  redis.defineCommand('countersignCreate', { lua: `#!lua\n${text}` });
  // A full Redis takes no new request, but a pending one must still be decided: an approval system can say no when full.
  redis.defineCommand('countersignChange', { lua: `#!lua flags=allow-oom\n${text}` });
  const create = offered((...args) => redis.countersignCreate(...args));
  const apply = offered((...args) => redis.countersignChange(...args));
  const tokenOf = tokens();
  const knownServices = new Set<string>();
  const isWaitedFor = intakesOf({ redis, keys });

  function offered(call: Script): (told: Told) => Promise<Committed> {
    const offer = inTurn<Offer>(offers =>
      run(offers, call).catch(error => {
        const failure = storeFailure(error);
        for (const { fail } of offers) fail(failure);
      }),
    );
    return told =>
      new Promise((answer, fail) => offer({ ...told, record: encodeRecord(told.change.next), answer, fail }));
  }

  async function run(offers: readonly Offer[], call: Script): Promise<void> {
    const keyArgs: string[] = [
      keys.deadlines,
      keys.audit,
      keys.outbox,
      keys.changes,
      keys.reviews,
      keys.undecided,
      keys.unshown,
    ];
    const { pending = '', storedBytes = '', requestsPerSecond = '' } = budgets ?? {};
    const args: (string | number)[] = [now(), pending, storedBytes, requestsPerSecond];
    for (const { change, record, left } of offers) {
      const { id, service, status } = change.next;
      keyArgs.push(
        keys.request(id),
        keys.list(service.id, 'pending'),
        keys.list(service.id, status),
        keys.answers(service.id),
        keys.answer(service.id, id),
        keys.auditOf(id),
        keys.usage(service.id),
        keys.glass(service.id),
      );
      pushArguments(args, { change, record, left, retentionMs, token: tokenOf(change), now: now() });
    }
    const count = FIXED_KEYS + KEYS_PER_CHANGE * offers.length;
    const answers = await call(count, ...keyArgs, ...args);
    for (const [i, offer] of offers.entries()) settle(offer, answers[i]);
  }

  return async change => {
    if (change.next.version !== change.expected + 1) {
      throw new Failure('bad_change', 'A change must move the version by one; build it with `change()`.', {
        isTransient: false,
      });
    }
    // Redis would refuse the whole call, and with it the changes of others that travel along.
    const alarm = nextAlarm(change.next);
    if (alarm !== undefined && !Number.isFinite(alarm.at)) {
      const message = `The change of ${change.next.id} has a time that is none, so it cannot be stored. Please report this.`;
      throw new Failure('bad_change', message, { isTransient: false });
    }
    const left = (await isWaitedFor(change.next.service)) ? answerLeft(change) : undefined;
    if (change.expected > 0) return apply({ change, left });
    await rememberService(change.next.service.id);
    return create({ change, left });
  };

  /** Repair needs to know whose lists there are; once per service and process is enough. */
  async function rememberService(service: string): Promise<void> {
    if (knownServices.has(service)) return;
    try {
      await redis.sadd(keys.services, service);
      knownServices.add(service);
    } catch (error) {
      throw storeFailure(error);
    }
  }
}

/**
 * Names each offer: sent again because its answer was lost, it is recognised as stored. The record alone would not do,
 * for two processes that take the same step in the same millisecond write the same words, and only one of them wins.
 */
function tokens(): (change: Change) => string {
  const ours = randomBytes(9).toString('base64url');
  const given = new WeakMap<Change, string>();
  let count = 0;
  return change => {
    const token = given.get(change) ?? `${ours}.${(count++).toString(36)}`;
    given.set(change, token);
    return token;
  };
}

function pushArguments(
  args: (string | number)[],
  {
    change,
    record,
    left,
    retentionMs,
    token,
    now,
  }: Told & { readonly record: string; retentionMs: number; token: string; now: number },
): void {
  const { next, expected, entries, effects, glass } = change;
  const alarm = nextAlarm(next);
  args.push(
    next.service.id,
    next.resolution?.by === 'clock' ? 'clock' : '',
    next.id,
    token,
    expected,
    record,
    next.status,
  );
  args.push(alarm?.at ?? '', alarm === undefined ? retentionMs : '');
  args.push(
    place(next.submittedAt, next.id),
    reviewOf(next),
    left?.text ?? '',
    left?.keptMs ?? '',
    nextLook(next, now) ?? '',
    glass?.others ?? '',
    unshownPlace(next) ?? '',
  );
  args.push(entries.length, ...entries.map(entry => JSON.stringify(entry)));
  args.push(effects.length);
  for (const [n, effect] of effects.entries()) {
    args.push(effectKey(next.id, next.version, n), encodeEffect(effect));
  }
}

function reviewOf({ review }: RequestRecord): '' | 'open' | 'closed' {
  if (review === undefined) return '';
  return review.closed === undefined ? 'open' : 'closed';
}

function settle(offer: Offer, answer: unknown): void {
  if (answer === 1) {
    offer.answer({ ok: true });
    return;
  }
  const [first, stored, waitMs]: readonly unknown[] = Array.isArray(answer) ? answer : [];
  if (first === 'over') {
    const over = { budget: stored as OverBudget['budget'], retryAfterMs: Number(waitMs) };
    offer.answer({ ok: false, actual: undefined, over });
    return;
  }
  try {
    const actual = typeof stored === 'string' ? decodeRecord(stored) : undefined;
    offer.answer({ ok: false, actual, ...(first === 'outdated' ? { isOutdated: true } : {}) });
  } catch (error) {
    offer.fail(storeFailure(error));
  }
}
