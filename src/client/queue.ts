// Countersign through the queue: signed envelopes in, and the record read from Redis where it is kept.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { newBell } from '../changes/bell.ts';
import { type QueueKey, readQueueKey, sealEnvelope } from '../domain/envelope.ts';
import type { Fault } from '../domain/fault.ts';
import type { RequestRecord } from '../domain/record.ts';
import { requestId } from '../domain/request-id.ts';
import { parseSubmission, submissionDigest } from '../domain/submission.ts';
import { view } from '../domain/view.ts';
import { type AnyView, isResolvedView, type ResolvedView, readView } from './answer.ts';
import {
  type Connections,
  hasLeftQueue,
  openConnections,
  readOrTrouble,
  toldRecord,
  untilDone,
} from './connections.ts';
import {
  type ActionRequest,
  type Countersign,
  SUBMIT_FOR_MS,
  type Submitted,
  type WaitOptions,
} from './countersign.ts';
import { CountersignError, Rejected, StillPending } from './errors.ts';
import { limit } from './pace.ts';

export type QueueClientOptions = {
  /** May hold a password; it goes into no error. */
  readonly redisUrl: string;
  /** `COUNTERSIGN_NAMESPACE` of the installation; `countersign` by default. */
  readonly namespace?: string;
  /** The line that `countersign keys create --service <name> --queue` printed. */
  readonly key: string;
  /** The key's service, where this Redis user may not look it up. */
  readonly service?: string;
  readonly retryForMs?: number;
};

/** A lost hint costs this long, not the answer. */
const REREAD_MS = 2_000;

/**
 * Connects through BullMQ and Redis. Nothing is sent before the first call. Grants are signed and redeemed over HTTP only:
 * `connect` reads an approved request's grant by its id.
 */
export function connectQueue(options: QueueClientOptions): Countersign {
  const key = keyFrom(options.key);
  const { namespace = 'countersign', retryForMs = SUBMIT_FOR_MS } = options;
  const closing = new AbortController();
  let opened: Promise<Connections> | undefined;
  const connections = () => {
    opened ??= openConnections(options.redisUrl, namespace, serviceName);
    return opened;
  };
  let service: Promise<string> | undefined;

  async function serviceName(): Promise<string> {
    service ??=
      options.service === undefined ? connections().then(({ reads }) => find(reads)) : Promise.resolve(options.service);
    return service.catch(error => {
      service = undefined;
      throw error;
    });
  }

  async function find(reads: Redis): Promise<string> {
    const text = await reads.hget(`{${namespace}}:keys`, key.kid);
    const stored =
      text === null ? {} : (JSON.parse(text) as { readonly service?: string; readonly revokedAt?: string });
    if (stored.service !== undefined && stored.revokedAt === undefined) return stored.service;
    throw new Rejected(
      'unknown_key',
      'The queue key is unknown here or was revoked.',
      'Make another: countersign keys create --service <name> --queue',
    );
  }

  /** What is asked, ready to be sent; the same however often it is. */
  async function prepare(request: ActionRequest, more: WaitOptions): Promise<Prepared> {
    const idempotencyKey = request.idempotency_key ?? randomUUID();
    const bodyText = JSON.stringify({ ...request, idempotency_key: idempotencyKey });
    // Nobody answers an envelope, so what would be refused must be found here.
    const parsed = parseSubmission(JSON.parse(bodyText));
    if (!parsed.ok) throw invalid(parsed.faults);
    const id = requestId(await patiently(more, serviceName), idempotencyKey);
    return { id, idempotencyKey, digest: submissionDigest(parsed.submission), bodyText };
  }

  const send = ({ id, bodyText }: Prepared, more: WaitOptions): Promise<void> =>
    patiently(more, async () => {
      const { queue } = await connections();
      await queue.add('request', { envelope: sealEnvelope(bodyText, key, Date.now()) }, { jobId: id });
    });

  async function patiently<T>(more: WaitOptions, attempt: () => Promise<T>): Promise<T> {
    const { signal, release } = limit(Math.min(retryForMs, more.timeoutMs ?? retryForMs), more.signal, closing.signal);
    try {
      return await untilDone(signal, attempt);
    } finally {
      release();
    }
  }

  async function wait(id: string, more: WaitOptions, sending?: Sending): Promise<ResolvedView> {
    const { reads, changes, queue } = await connections();
    const { timeoutMs = Number.POSITIVE_INFINITY } = more;
    const { signal, release } = limit(timeoutMs, more.signal, closing.signal);
    const bell = newBell();
    let told = '';
    const unwatch = changes.watch(id, record => {
      told = record;
      bell.ring();
    });
    let isMissing = false;
    try {
      await changes.following();
      await sending?.send();
      // Watched since before it was sent, under a key that nobody had: whatever becomes of it will ring.
      if (sending?.isNew === true) await bell.heard(REREAD_MS, signal);
      for (;;) {
        bell.reset();
        const found = toldRecord(told, id) ?? (await readOrTrouble(reads, namespace, id));
        if (found !== 'trouble' && found !== undefined) {
          const current = checked(found, id, sending?.digest);
          if (isResolvedView(current)) return current;
        }
        if (found === undefined && isMissing) throw notAdmitted(id);
        if (signal.aborted) throw new StillPending(id, { cause: more.signal?.reason });
        const wasHeard = await bell.heard(REREAD_MS * (0.75 + Math.random() / 2), signal);
        isMissing = found === undefined && !wasHeard && (await hasLeftQueue(queue, id));
      }
    } finally {
      unwatch();
      release();
    }
  }

  return {
    async submit(request, more = {}) {
      const prepared = await prepare(request, more);
      await send(prepared, more);
      const { bodyText: _sent, ...submitted } = prepared;
      return submitted;
    },
    wait: (id, more = {}) => wait(id, more),
    async request(request, more = {}) {
      const prepared = await prepare(request, more);
      const { id, digest } = prepared;
      const isNew = request.idempotency_key === undefined;
      return wait(id, more, { digest, isNew, send: () => send(prepared, more) });
    },
    async close() {
      closing.abort();
      const open = await opened?.catch(() => undefined);
      open?.close();
    },
  };
}

function keyFrom(text: string): QueueKey {
  const key = readQueueKey(text);
  if (key !== undefined) return key;
  const remedy = 'Make one: countersign keys create --service <name> --queue';
  throw new CountersignError('no_key', 'The queue key cannot be read.', remedy);
}

type Prepared = Submitted & { readonly bodyText: string };

/** A request that is sent while it is watched already. */
type Sending = { readonly digest: string; readonly isNew: boolean; send(): Promise<void> };

function checked(record: RequestRecord, id: string, digest: string | undefined): AnyView {
  if (digest !== undefined && record.digest !== digest) {
    const what = `The idempotency key of ${id} was used for another request.`;
    throw new Rejected('conflict', what, 'Use a new key for a new request.');
  }
  return readView(view(record), { id });
}

function invalid(faults: readonly Fault[]): Rejected {
  const [first] = faults;
  const remedy = first === undefined ? 'Correct it.' : `${first.pointer} ${first.message}`;
  return new Rejected('invalid', 'The request is not valid.', remedy, { faults });
}

function notAdmitted(id: string): Rejected {
  const remedy = 'Check that the queue key is not revoked; the audit says why it was refused.';
  return new Rejected('not_admitted', `${id} was not taken from the queue.`, remedy);
}
