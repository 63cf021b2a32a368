// The compare-and-set: changes that are offered while another is on its way travel to Redis in one script call.
import { randomBytes } from 'node:crypto';
import type { Redis, Result } from 'ioredis';
import { nextAlarm } from '../../domain/alarm.ts';
import type { Change } from '../../domain/change.ts';
import { Failure } from '../../domain/failure.ts';
import { encodeRecord } from '../../domain/stored/record.ts';
import type { Committed } from '../../flow/ports.ts';
import { answerLeft, intakesOf, type Left } from './answers.ts';
import { type Awaiting, settle } from './commit-answer.ts';
import { commitCall, type Sent, type StoreBudgets } from './commit-call.ts';
import { storeFailure } from './failures.ts';
import { inTurn } from './in-turn.ts';
import type { Keyspace } from './keyspace.ts';
import { script } from './script.ts';

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

type Offer = Awaiting & Sent;

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

  function offered(call: Script): (change: Change, left: Left | undefined) => Promise<Committed> {
    const offer = inTurn<Offer>(offers =>
      run(offers, call).catch(error => {
        const failure = storeFailure(error);
        for (const { fail } of offers) fail(failure);
      }),
    );
    return (change, left) =>
      new Promise((answer, fail) =>
        offer({ change, left, record: encodeRecord(change.next), token: tokenOf(change), answer, fail }),
      );
  }

  async function run(offers: readonly Offer[], call: Script): Promise<void> {
    const answers = await call(...commitCall(offers, { keys, retentionMs, now: now(), budgets }));
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
    if (change.expected > 0) return apply(change, left);
    await rememberService(change.next.service.id);
    return create(change, left);
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
