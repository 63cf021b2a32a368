// A line of a story as people write it: `bob approves`, `carol denies: not now`, `wait: 20m`, `redeem`, `people: …`.
import { z } from 'zod';
import type { JsonObject } from '../../domain/canonical.ts';
import { present } from '../../domain/present.ts';
import type { Submission } from '../../domain/submission.ts';
import { type ExpectedOfStep, expectedOfStep } from './expected.ts';
import { type Complain, changedPeople, changes, duration, moment, read } from './reading.ts';
import type { Step } from './step.ts';

/** Makes a submission of the scenario's request with these changes; complains where that is none. */
export type Changed = (changes: JsonObject, path: readonly PropertyKey[]) => Submission;

export type Line = { readonly text: string; readonly step: Step; readonly expect?: ExpectedOfStep };

const EXAMPLES =
  'is not a line of a story; write for example "bob approves", "carol denies: not now", "wait: 20m" or "redeem".';

const ANSWER = /^(\S+)\s+(approves|denies)(?:\s*:\s*(.+))?$/s;
const COLONS = /^([^:\s]+):(approve|deny)(?::(.+))?$/s;
const REVIEW = /^(\S+)\s+reviews(?:\s*:\s*(.+))?$/s;
const END_STANDING = /^(\S+)\s+ends the standing approval$/;

const expect = expectedOfStep.optional();
const nothingMore = z.strictObject({ expect });
const answerSchema = z.strictObject({
  reason: z.string().optional(),
  surface: z.enum(['slack', 'cli', 'api']).default('slack'),
  kind: z.enum(['member', 'guest', 'bot', 'deleted', 'external', 'stranger']).default('member'),
  groups: z.array(z.string()).default([]),
  after: duration.optional(),
  /** The approver lets later requests pass too. */
  standing: z.strictObject({ duration: z.string(), uses: z.int().min(1) }).optional(),
  expect,
});
const reviewSchema = z.strictObject({ note: z.string(), expect });
const redeemSchema = z.strictObject({
  service: z.string().optional(),
  /** What is really done, where it differs from what was approved. */
  request: changes.optional(),
  expect,
});

type Written = { readonly by: string; readonly vote: 'approve' | 'deny'; readonly reason?: string };

/** Undefined where it is neither an approval nor a denial. */
export function readAnswer(words: string): Written | undefined {
  const [, by, verb, reason] = ANSWER.exec(words.trim()) ?? COLONS.exec(words.trim()) ?? [];
  if (by === undefined || verb === undefined) return undefined;
  const vote = verb.startsWith('approve') ? 'approve' : 'deny';
  return { by, vote, ...(reason === undefined ? {} : { reason: reason.trim() }) };
}

/** Undefined where it is no line of a story; everything that is wrong has then been complained of. */
export function readLine(written: unknown, complain: Complain, changed: Changed): Line | undefined {
  const [words, details, beside] = parted(written);
  if (words === undefined) return complain([], EXAMPLES);
  const path = typeof written === 'string' ? [] : [words];
  const found = stepOf({ words, details, path, complain, changed });
  const expected = beside === undefined ? undefined : read(expectedOfStep, beside, ['expect'], complain);
  if (found === undefined) return undefined;
  if (beside !== undefined && found.expect !== undefined) complain(['expect'], 'is there twice; keep one of them.');
  const expectation = expected ?? found.expect;
  return { text: words, step: found.step, ...present({ expect: expectation }) };
}

/** A line is a sentence alone, or one member with its details, and what is expected inside or beside it. */
function parted(written: unknown): readonly [words?: string, details?: unknown, expect?: unknown] {
  if (typeof written === 'string') return [written];
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return [];
  const { expect: beside, ...rest } = written as { readonly [key: string]: unknown };
  const [only, ...more] = Object.entries(rest);
  return only === undefined || more.length > 0 ? [] : [only[0].trim(), only[1] ?? undefined, beside];
}

type Reading = {
  readonly words: string;
  readonly details: unknown;
  readonly path: readonly PropertyKey[];
  readonly complain: Complain;
  readonly changed: Changed;
};

type Found = { readonly step: Step; readonly expect?: ExpectedOfStep | undefined };

function stepOf(reading: Reading): Found | undefined {
  const { words, details, path, complain, changed } = reading;
  const take = <T extends z.ZodType>(schema: T, value: unknown = details ?? {}) => read(schema, value, path, complain);
  switch (words) {
    case 'wait': {
      const ms = take(duration);
      return ms === undefined ? undefined : { step: { kind: 'wait', ms } };
    }
    case 'at': {
      const at = take(moment);
      return at === undefined ? undefined : { step: { kind: 'until', at } };
    }
    case 'cancel':
    case 'revoke': {
      const more = take(nothingMore);
      return more && { step: { kind: words }, expect: more.expect };
    }
    case 'redeem': {
      const more = take(redeemSchema);
      if (more === undefined) return undefined;
      const { service, request } = more;
      const acting = request === undefined ? {} : { acting: changed(request as JsonObject, [...path, 'request']) };
      const step: Step = { kind: 'redeem', ...present({ service }), ...acting };
      return { step, expect: more.expect };
    }
    case 'submit': {
      const { expect: inside, ...request } = take(changes) ?? {};
      const expected = take(z.object({ expect }), { expect: inside });
      return { step: { kind: 'submit', submission: changed(request as JsonObject, path) }, expect: expected?.expect };
    }
    case 'people': {
      const people = take(changedPeople, details);
      return people && { step: { kind: 'people', people } };
    }
    case 'data': {
      const data = take(changes, details);
      return data && { step: { kind: 'data', data: data as JsonObject } };
    }
    default:
      return personsStep(reading);
  }
}

/** What begins with a name. */
function personsStep({ words, details, path, complain }: Reading): Found | undefined {
  const [, ender] = END_STANDING.exec(words) ?? [];
  if (ender !== undefined) {
    const more = read(nothingMore, details ?? {}, path, complain);
    return more && { step: { kind: 'end_standing', by: ender }, expect: more.expect };
  }
  const [, reviewer, found] = REVIEW.exec(words) ?? [];
  if (reviewer !== undefined) {
    const given = typeof details === 'object' ? details : { note: details ?? found };
    const more = read(reviewSchema, given, path, complain);
    return more && { step: { kind: 'review', by: reviewer, note: more.note }, expect: more.expect };
  }
  const answer = readAnswer(words);
  if (answer === undefined) return complain(path, EXAMPLES);
  const given = typeof details === 'string' ? { reason: details } : (details ?? {});
  const more = read(answerSchema, given, path, complain);
  if (more === undefined) return undefined;
  const { kind: kindOfAccount, after, standing, surface, groups, reason = answer.reason } = more;
  const step: Step = {
    kind: 'answer',
    by: answer.by,
    vote: answer.vote,
    surface,
    kindOfAccount,
    groups,
    ...present({ reason, standing, afterMs: after }),
  };
  return { step, expect: more.expect };
}
