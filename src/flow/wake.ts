// Wake: the clock has something to do with a request. It reminds, asks more people, asks policy a last time, and ends it.
import { nextAlarm } from '../domain/alarm.ts';
import { type Change, type StepResult, together, unchanged } from '../domain/change.ts';
import { isTransient } from '../domain/failure.ts';
import { isResolved } from '../domain/lifecycle.ts';
import type { RequestRecord } from '../domain/record.ts';
import { expired } from '../domain/steps/ended.ts';
import { lapsed } from '../domain/steps/redeemed.ts';
import { escalated, lookedAgain, reminded, reviewDue } from '../domain/steps/woken.ts';
import { type JudgeWorld, judge, rosterOf } from './judge.ts';
import type { Store } from './ports.ts';
import { swap } from './swap.ts';

export type WakeWorld = JudgeWorld & { readonly store: Store };

/** Harmless when nothing is due. An answer that was committed in time has won already. */
export async function wake(world: WakeWorld, id: string): Promise<void> {
  await swap(world.store, id, (record, now) => {
    const alarm = nextAlarm(record);
    if (alarm === undefined || now < alarm.at) return unchanged(record);
    switch (alarm.kind) {
      case 'remind':
        return reminded(record, now, rosterOf(world));
      case 'escalate':
        return escalate(world, record, now);
      case 'recognise':
        return lookedAgain(record, now);
      case 'expire':
        return lastQuestion(world, record, now);
      case 'lapse':
        return lapsed(record, now);
      case 'review':
        return reviewDue(record, now);
      default:
        return alarm.kind satisfies never;
    }
  });
}

/** More people are asked, and policy says who: the note that it is so and its answer are stored together. */
async function escalate(world: WakeWorld, record: RequestRecord, now: number): Promise<StepResult> {
  const noted = escalated(record, now);
  if (noted.kind === 'unchanged') return noted;
  try {
    const answer = await judge(world, noted.next, 'escalate', now);
    return answer.kind === 'change' ? together(noted, answer) : noted;
  } catch (error) {
    if (isTransient(error)) return noted; // told at once; policy is asked again at the next vote
    throw error;
  }
}

/**
 * Before anything expires policy is asked once more: if it would deny by now, or is broken, that is said. What it would
 * allow expires all the same, and says so. An outage now is no reason to wait longer.
 */
async function lastQuestion(world: WakeWorld, record: RequestRecord, now: number): Promise<StepResult> {
  if (record.decision === undefined) return expired(record, now);
  try {
    const answer = await judge(world, record, 'deadline', now);
    if (answer.kind !== 'change' || isResolved(answer.next.status)) return answer;
    const end = expired(answer.next, now);
    return end.kind === 'unchanged' ? answer : together(quiet(answer), end);
  } catch (error) {
    if (isTransient(error)) return expired(record, now);
    throw error;
  }
}

/** What is told of the end is enough. */
function quiet(change: Change): Change {
  return { ...change, effects: [] };
}
