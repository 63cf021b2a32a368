// What policy obliges us to besides the answer itself. What cannot be done must not be passed over in silence.
import { z } from 'zod';
import { type Approver, approverSchema, type Decision, type Obligation } from './decision.ts';
import { durationMs } from './duration.ts';
import { type RequestRecord, type Review, timestamp } from './record.ts';

const known = {
  notify: z.object({ channel: z.string().min(1), message: z.string().optional() }),
  after_review: z.object({
    within: z
      .string()
      .refine(text => (durationMs(text) ?? 0) > 0)
      .default('24h'),
    reviewers: z.array(approverSchema).min(1).optional(),
  }),
  require_reason: z.object({}),
} as const;

type Known = keyof typeof known;

/** The first mandatory obligation that this version cannot fulfil: unknown, or not in its form. An allow with one is none. */
export function unmet({ obligations }: Decision): Obligation | undefined {
  return obligations.find(
    obligation => obligation.mandatory !== false && !(isKnown(obligation.type) && parsed(obligation.type, obligation)),
  );
}

/** Whether policy wants words from the requester, who gave none. */
export function lacksReason({ obligations }: Decision, { submission }: RequestRecord): boolean {
  return obligations.some(({ type }) => type === 'require_reason') && (submission.reason ?? '').trim() === '';
}

/** Channels that must hear of the end, each once. */
export function noticesOf({ obligations }: Decision): readonly string[] {
  const channels = obligations.flatMap(obligation =>
    obligation.type === 'notify' ? [parsed('notify', obligation)?.channel] : [],
  );
  return [...new Set(channels.filter(channel => channel !== undefined))];
}

/** What policy wants said to a channel, beside the facts. */
export function noticeWords(decision: Decision | undefined, channel: string): string | undefined {
  const told = (decision?.obligations ?? []).find(({ type, channel: where }) => type === 'notify' && where === channel);
  return told === undefined ? undefined : parsed('notify', told)?.message;
}

/** The review that an allow leaves open; of several, the one that is due first. */
export function reviewOf({ obligations }: Decision, now: number): Review | undefined {
  const wanted = obligations.flatMap(obligation =>
    obligation.type === 'after_review' ? (parsed('after_review', obligation) ?? []) : [],
  );
  const [first] = wanted.toSorted((a, b) => (durationMs(a.within) ?? 0) - (durationMs(b.within) ?? 0));
  if (first === undefined) return undefined;
  const reviewers: readonly Approver[] | undefined = first.reviewers;
  return {
    dueAt: timestamp(now + (durationMs(first.within) ?? 0)),
    ...(reviewers === undefined ? {} : { reviewers }),
    reminders: 0,
    messages: [],
  };
}

function isKnown(type: string): type is Known {
  return Object.hasOwn(known, type);
}

function parsed<T extends Known>(type: T, obligation: Obligation): z.infer<(typeof known)[T]> | undefined {
  return known[type].safeParse(obligation).data as z.infer<(typeof known)[T]> | undefined;
}
