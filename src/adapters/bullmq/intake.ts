// The intake queue: opens signed envelopes and hands what their services ask to the flow. Trusts the signature, not the queue.
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Answer } from '../../contract/answer.ts';
import { type FindPublicKey, openEnvelope } from '../../contract/envelope.ts';
import { intakeQueue, SHARED_INTAKE } from '../../contract/queue.ts';
import type { EventOf } from '../../domain/audit/events.ts';
import { decodeJson } from '../../domain/exact-json.ts';
import { Failure, isTransient } from '../../domain/failure.ts';
import type { Fault } from '../../domain/fault.ts';
import { type Service, timestamp } from '../../domain/record.ts';
import { type Refusal, refusalSentence, refuse as refuseAs, remedyOf } from '../../domain/refusal.ts';
import { REQUEST_ID, requestId } from '../../domain/request-id.ts';
import type { Submission } from '../../domain/submission.ts';
import { parseSubmission } from '../../domain/submission-schema.ts';
import type { Budget, Observe, OverBudget } from '../../flow/ports.ts';
import { codeOf, retryDelayMs } from './retry.ts';
import { runWorker } from './worker.ts';

export type AdmitCall = {
  readonly service: Service;
  readonly submission: Submission;
  readonly key?: string;
  /** When the service signed it; never later than now. */
  readonly askedAt: number;
};

export type IntakeOptions = {
  readonly connection: Redis;
  readonly namespace: string;
  /** Whose intake it is, which no other service's signature opens; left out: the shared one. */
  readonly service?: string;
  readonly publicKey: FindPublicKey;
  /** Stores the request; harmless when it is stored already. `over`: its service has used up what it may. */
  readonly admit: (call: AdmitCall) => Promise<{
    readonly kind: string;
    readonly code?: Refusal['code'];
    readonly over?: OverBudget;
    readonly faults?: readonly Fault[];
  }>;
  readonly note: (event: EventOf<'envelope_refused'>) => Promise<void>;
  /** Leaves a refusal where the service that waits for an answer looks for it. */
  readonly answerRefused: (service: string, refused: Refused) => Promise<void>;
  readonly now: () => number;
  readonly observe: Observe;
  readonly concurrency?: number;
};

const RETRY = { firstRetryMs: 250, longestRetryMs: 5_000 };
const GRACE_MS = 10_000;

type Refused = Extract<Answer, { readonly kind: 'refused' }>;

/** Why an envelope's content was refused although its signature holds. */
type ContentFault = { readonly code: string; readonly faults?: readonly string[] };

type Claims = Pick<EventOf<'envelope_refused'>, 'service' | 'claims_key'>;

export function startIntake(options: IntakeOptions): { stop(): Promise<void> } {
  const { observe, service } = options;
  const { stop } = runWorker<unknown>({
    queue: service === undefined ? SHARED_INTAKE : intakeQueue(service),
    namespace: options.namespace,
    connection: options.connection,
    concurrency: options.concurrency ?? 64,
    observe,
    // The record is the memory, and the commit knows repeats; what lies here longer is only somebody's request in clear.
    removeOnComplete: { count: 0 },
    process: async (job, token) => {
      try {
        await take(job, options);
      } catch (error) {
        observe({ kind: 'trouble', where: 'intake', code: codeOf(error), message: 'A request could not be taken in.' });
        if (isTransient(error)) await postpone(job, token, error);
        throw new UnrecoverableError(codeOf(error));
      }
    },
  });
  return { stop: () => stop(GRACE_MS) };
}

/** Whatever stands in a job, written by whomever: admitted, or refused and audited. Throws only if neither could be done. */
async function take({ id, data }: Pick<Job, 'id' | 'data'>, options: IntakeOptions): Promise<void> {
  const { publicKey, admit, note, answerRefused, now } = options;
  const opened = await openEnvelope(envelopeIn(data), publicKey);
  if (!opened.ok) return refuse(opened.kid === undefined ? {} : { claims_key: opened.kid }, { code: opened.code });
  const { service, bodyText, sealedAtMs } = opened;
  if (options.service !== undefined && options.service !== service)
    return refuse({ service }, { code: 'envelope_foreign' });
  const content = readBody(bodyText);
  if (!content.ok) return refuse({ service }, content);
  const { submission } = content;
  const askedAt = Math.min(sealedAtMs, now());
  const { idempotency_key: key } = submission;
  const named = key === undefined ? {} : { key };
  const admission = await admit({ service: { id: service, auth: 'queue_key' }, submission, ...named, askedAt });
  if (admission.code === 'no_idempotency_key' || admission.code === 'invalid_request') {
    return refuse({ service }, { code: admission.code, ...(admission.faults && { faults: worded(admission.faults) }) });
  }
  const asked = requestId(service, key ?? '');
  if (admission.code === 'too_old') {
    await answerRefused(service, refusedAs(asked, admission.code));
  }
  if (admission.over !== undefined) await tooMuch(service, admission.over);

  /** What comes too fast waits in its own queue; what would be too much at all has a clear end, and no line in the audit for each. */
  async function tooMuch(waits: string, { budget, retryAfterMs }: OverBudget): Promise<void> {
    const code = `over_${budget}`;
    if (IN_A_MOMENT.has(budget)) throw new Failure(code, REMEDIES[code] ?? '', { isTransient: true, retryAfterMs });
    await answerRefused(waits, refusedAs(asked, code));
  }

  async function refuse(claims: Claims, { code, faults }: ContentFault): Promise<void> {
    await note({ event: 'envelope_refused', at: timestamp(now()), code, ...claims, faults });
    // Only where it is known who waits: in the service's own intake, or by a signature that holds.
    const waits = options.service ?? claims.service;
    if (waits !== undefined && id !== undefined && REQUEST_ID.test(id))
      await answerRefused(waits, refusedAs(id, code, faults));
  }
}

function envelopeIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'envelope' in data ? data.envelope : undefined;
}

function refusedAs(id: string, code: string, faults: readonly string[] = []): Refused {
  const remedy = REMEDIES[code] ?? 'Sign the request with this service’s own queue key and send it unchanged.';
  return { v: 1, kind: 'refused', id, code, message: [...faults, remedy].join(' ') };
}

const REMEDIES: { readonly [code: string]: string } = {
  envelope_unknown_key:
    'The queue key is unknown or was revoked. Make another: countersign keys create --service <name> --queue',
  envelope_too_large: 'The request is larger than 1 MiB. Send large values by reference.',
  over_requests_per_second: 'This service sent too many requests in one second (SERVICE_REQUESTS_PER_SECOND).',
  over_pending:
    'Too many requests of this service are pending (SERVICE_PENDING). Wait until some are decided, or cancel some, and submit this again.',
  over_stored_bytes:
    'The requests of this service fill the storage it may use (SERVICE_STORED_BYTES). Send less with each, wait until some pass retention, or ask an operator for more.',
  invalid_request: remedyOf(refuseAs('invalid_request')),
  too_old: refusalSentence(refuseAs('too_old')),
  no_idempotency_key: remedyOf(refuseAs('no_idempotency_key')),
};

/** Budgets that fill up again by themselves. */
const IN_A_MOMENT: ReadonlySet<Budget> = new Set(['requests_per_second', 'policy_time']);

type Content = { readonly ok: true; readonly submission: Submission } | ({ ok: false } & ContentFault);

function readBody(bodyText: string): Content {
  const decoded = decodeJson(bodyText);
  if (!decoded.ok) return { ok: false, code: 'invalid_request', faults: [decoded.fault.message] };
  const parsed = parseSubmission(decoded.value);
  if (!parsed.ok) {
    return { ok: false, code: 'invalid_request', faults: worded(parsed.faults) };
  }
  return { ok: true, submission: parsed.submission };
}

function worded(faults: readonly Fault[]): readonly string[] {
  return faults.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`.slice(0, 300));
}

/** Back to the queue without counting an attempt: how often a producer lets it be tried is not the producer's to say. */
async function postpone(job: Job, token: string | undefined, error: unknown): Promise<never> {
  const retryAfterMs = error instanceof Failure ? error.retryAfterMs : undefined;
  await job.moveToDelayed(Date.now() + retryDelayMs(job.attemptsStarted, RETRY, retryAfterMs), token);
  throw new DelayedError();
}
