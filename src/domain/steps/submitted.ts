// Step: a service asks. The first version of a record, before policy has said anything.
import type { ChainedEvent } from '../audit/events.ts';
import { EMPTY_CHAIN } from '../audit/head.ts';
import { canonical } from '../canonical.ts';
import { type Change, change } from '../change.ts';
import { durationMs } from '../duration.ts';
import { masked } from '../masked.ts';
import { RECORD_SCHEMA, type RequestRecord, type Service, timestamp } from '../record.ts';
import { requestId } from '../request-id.ts';
import { type Submission, submissionDigest } from '../submission.ts';

export type Submitted = {
  readonly service: Service;
  readonly submission: Submission;
  /** The idempotency key, or a fresh random one where the service gave none. */
  readonly key: string;
  /** Who answers for the actor, from the directory. */
  readonly owner?: string;
  /** How long a request waits when neither it nor policy says. */
  readonly defaultExpiryMs: number;
  /** When the service asked, if it was before now: the deadline runs from there, even if it lay in a backlog. */
  readonly askedAt?: number;
};

export function submitted(event: Submitted, now: number): Change {
  const { service, submission, owner } = event;
  const askedAt = Math.min(event.askedAt ?? now, now);
  const waitsMs = durationMs(submission.expires_in ?? '') ?? event.defaultExpiryMs;
  const blank: RequestRecord = {
    schema: RECORD_SCHEMA,
    id: requestId(service.id, event.key),
    version: 0,
    service,
    submission,
    digest: submissionDigest(submission),
    ...(owner === undefined ? {} : { owner }),
    submittedAt: timestamp(askedAt),
    storedAt: timestamp(now),
    expiresAt: timestamp(askedAt + waitsMs),
    status: 'pending',
    reminders: 0,
    uses: 0,
    votes: [],
    absorbed: [],
    refused: [],
    cards: [],
    unreachable: [],
    audit: EMPTY_CHAIN,
  };
  const told = masked(submission);
  const { submittedAt, digest } = blank;
  const asked = askedAt === now ? {} : { asked_at: submittedAt };
  const fact: ChainedEvent = {
    event: 'submitted',
    at: timestamp(now),
    ...asked,
    service,
    submission: told,
    digest,
    owner,
  };
  return change(blank, {}, [fact]);
}

/** Whether a repeated submission asks for the same: everything but the key itself must be equal. */
export function isSameSubmission(record: RequestRecord, submission: Submission): boolean {
  return comparable(record.submission) === comparable(submission);
}

function comparable({ idempotency_key: _key, ...rest }: Submission): string {
  return canonical(rest);
}
