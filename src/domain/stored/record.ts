// The record of a request as it is stored: what it is today, and how older ones become that.
import { z } from 'zod';
import { RECORD_SCHEMA, type RequestRecord } from '../record.ts';
import { decode, type Members, type Shape } from './shape.ts';

// These say what our code reads, and no rule of who may submit or answer what: such rules change, and what is stored stays.
const text = z.string();
const maybe = z.string().optional();
const count = z.int().min(0);
const entity = z.looseObject({ id: text });
const typed = z.looseObject({ type: text, id: text });
const named = z.looseObject({ by: text, at: text });
const approver = z.looseObject({ type: text, id: text });
const verdict = z.looseObject({ counted: z.boolean(), code: maybe });

const submission = z.looseObject({ action: text, user: entity, actor: typed.optional(), resource: typed });

const approval = z.looseObject({
  stages: z.array(z.looseObject({ id: text, quorum: count, have: count, approvers: z.array(approver) })),
});

const decision = z.looseObject({
  contract: z.literal(1),
  outcome: text,
  reasons: z.array(z.looseObject({ code: text })),
  votes: z.array(verdict),
  obligations: z.array(z.looseObject({ type: text })),
});

const vote = z.looseObject({
  ...verdict.shape,
  by: z.looseObject({ id: text, user: text, groups: z.array(text), kind: text }),
  vote: z.enum(['approve', 'deny']),
  at: text,
  surface: text,
});

const review = z.looseObject({
  dueAt: text,
  reviewers: z.array(approver).optional(),
  reminders: count,
  messages: z.array(z.looseObject({ channel: text, ts: text, says: text })),
  closed: z.looseObject({ ...named.shape, note: text, surface: text }).optional(),
});

/** Each member of the record, so that none is added without a thought for what is stored. */
const members = {
  schema: z.literal(RECORD_SCHEMA),
  id: text,
  version: z.int().min(1),
  service: z.looseObject({ id: text, auth: text }),
  submission,
  digest: text,
  owner: maybe,
  userOwner: maybe,
  submittedAt: text,
  storedAt: text,
  expiresAt: text,
  status: z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'failed']),
  resolution: named.optional(),
  decision: decision.optional(),
  policy: z.looseObject({}).optional(),
  approval: approval.optional(),
  reminders: count,
  escalatedAt: maybe,
  policyChange: z.looseObject({ at: text, words: text }).optional(),
  review: review.optional(),
  uses: count,
  usedAt: maybe,
  lapsedAt: maybe,
  refusedUses: z.array(z.looseObject({ at: text, code: text, detail: maybe })).optional(),
  revoked: named.optional(),
  standing: maybe,
  gaveStanding: z.looseObject({ id: text, by: text, expiresAt: text, maxUses: count }).optional(),
  trouble: maybe,
  unapprovable: z.looseObject({ code: text, lookedAt: text, looks: count }).optional(),
  unjudged: count.optional(),
  votes: z.array(vote),
  asides: z.array(z.looseObject({ ...named.shape, kind: text, text: maybe, to: maybe })).optional(),
  absorbed: z.array(text),
  refused: z.array(z.looseObject({ key: text, code: text })),
  cards: z.array(
    z.looseObject({
      ...{ channel: text, postingSince: text, postedBy: text, ts: maybe, hash: maybe },
      ...{ posts: count.optional(), lastPostAt: maybe },
    }),
  ),
  copies: z.array(z.looseObject({ channel: text, ts: text })).optional(),
  unreachable: z.array(z.looseObject({ channel: text, cause: text })),
  audit: z.looseObject({ seq: count, hash: maybe }),
} satisfies { readonly [member in keyof Required<RequestRecord>]: z.ZodType };

export const recordShape: Shape = {
  name: 'request',
  current: RECORD_SCHEMA,
  upcasts: { 1: counted, 2: stored },
  schema: z.looseObject(members),
  // A record is read at every vote, and was written by this very code: checking all of it again costs as much as parsing it.
  isSound: ({ id, version, status, submission, votes, audit }) =>
    typeof id === 'string' &&
    typeof version === 'number' &&
    typeof status === 'string' &&
    typeof submission === 'object' &&
    Array.isArray(votes) &&
    typeof audit === 'object',
};

/** Reads a stored record. */
export function decodeRecord(text: string): RequestRecord {
  return decode(recordShape, text) as RequestRecord;
}

/** A record in memory is always today's. */
export function encodeRecord(record: RequestRecord): string {
  return JSON.stringify(record);
}

/** Version 1 left out what had not happened yet. */
function counted({ reminders = 0, uses = 0, refused = [], review, ...rest }: Members): Members {
  const messaged = review === undefined ? {} : { review: { messages: [], ...(review as Members) } };
  return { ...rest, ...messaged, reminders, uses, refused };
}

/** Version 2 did not say when it was stored: as long ago as its service said that it asked. */
function stored({ submittedAt, ...rest }: Members): Members {
  return { ...rest, submittedAt, storedAt: submittedAt };
}
