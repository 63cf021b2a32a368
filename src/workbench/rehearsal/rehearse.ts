// Plays one request and what happens to it against a policy: the verbs of production over a memory, nothing stored.
import type { Effect } from '../../domain/effect.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { type Refusal, refusalSentence, wordOf } from '../../domain/refusal.ts';
import type { Submission } from '../../domain/submission.ts';
import { act } from './act.ts';
import { openGrants } from './grants.ts';
import { type House, type HouseOptions, openHouse, type World } from './installation.ts';
import type { Step } from './step.ts';

export type { World };

export type Plan = HouseOptions & {
  /** Submitted at `now`. */
  readonly submission: Submission;
  readonly steps: readonly Step[];
};

/** How things stand at a moment of the story. */
export type Moment = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The request that the story is about, as it is now. */
  readonly record: RequestRecord;
  /** What was told to people and services since the moment before, in order. */
  readonly told: readonly Effect[];
};

/** What became of one step. */
export type Scene = Moment & {
  readonly step: Step;
  /** What was done, in a word, or the code of the refusal; a step that asks for nothing has none. */
  readonly verdict?: string;
  readonly isRefused: boolean;
  /** Why it was refused. */
  readonly words?: string;
};

export type Performance = {
  readonly asked: Moment;
  readonly scenes: readonly Scene[];
  /** The record after all of it. */
  readonly record: RequestRecord;
};

/** Throws a transient `Failure` where policy cannot be asked. */
export async function rehearse(world: World, { submission, steps, ...options }: Plan): Promise<Performance> {
  const house = openHouse(world, options);
  const grants = openGrants();
  await house.ask(submission);
  const asked = await momentOf(house);
  const scenes: Scene[] = [];
  for (const [n, step] of steps.entries()) {
    await house.advance(step);
    const result = await act(house, step, { key: `step-${n}`, grants });
    await house.settle();
    scenes.push({ step, ...verdictOf(house, step, result), ...(await momentOf(house)) });
  }
  return { asked, scenes, record: await house.current() };
}

async function momentOf(house: House): Promise<Moment> {
  return { at: house.now(), record: await house.current(), told: house.takeTold() };
}

function verdictOf(house: House, step: Step, result: string | Refusal | undefined) {
  if (result === undefined) return { isRefused: false };
  if (typeof result === 'string') return { isRefused: false, verdict: result };
  return { isRefused: true, verdict: wordOf(result), words: `${refusalSentence(result)}${strangerNote(house, step)}` };
}

/** Most often a name that was written differently where people are listed. */
function strangerNote(house: House, step: Step): string {
  const isStranger = step.kind === 'answer' && house.ports().directory.factsOf(step.by) === undefined;
  return isStranger ? ` Nobody here is called ${step.by}: list them among the people.` : '';
}
