// Countersign through the queue: signed envelopes into the service's own intake, and its own answers out of Redis.
import { randomUUID } from 'node:crypto';
import type { Answer } from '../contract/answer.ts';
import { newBell } from '../contract/bell.ts';
import { type QueueKey, readQueueKey, sealEnvelope } from '../contract/envelope.ts';
import type { Fault } from '../domain/fault.ts';
import { requestId } from '../domain/request-id.ts';
import { submissionDigest } from '../domain/submission.ts';
import { parseSubmission } from '../domain/submission-schema.ts';
import { isResolvedView, type ResolvedView, readView } from './answer.ts';
import { type Connections, hasLeftQueue, openConnections, untilDone } from './connections.ts';
import {
  type ActionRequest,
  type Countersign,
  SUBMIT_FOR_MS,
  type Submitted,
  type WaitOptions,
} from './countersign.ts';
import { CountersignError, Rejected, StillPending, Unintelligible } from './errors.ts';
import { jsonOf } from './json.ts';
import { limit } from './pace.ts';

export type QueueClientOptions = {
  /** May hold a password; it goes into no error. Its user needs what `countersign redis acl --service <name>` prints. */
  readonly redisUrl: string;
  /** `COUNTERSIGN_NAMESPACE` of the installation; `countersign` by default. */
  readonly namespace?: string;
  /** The line that `countersign keys create --service <name> --queue` printed. */
  readonly key: string;
  /** The key's service, where the line does not name it: keys made before lines did. */
  readonly service?: string;
  readonly retryForMs?: number;
};

/** A lost hint costs this long, not the answer. */
const REREAD_MS = 2_000;

/**
 * Connects through BullMQ and Redis. Nothing is sent before the first call. Grants are signed and redeemed over HTTP only:
 * `connect` reads an approved request's grant by its id. An answer can be read for a day after the request has ended.
 */
export function connectQueue(options: QueueClientOptions): Countersign {
  const key = keyFrom(options.key);
  const service = key.service ?? options.service ?? unnamed();
  const { namespace = 'countersign', retryForMs = SUBMIT_FOR_MS } = options;
  const closing = new AbortController();
  let opened: Promise<Connections> | undefined;
  const connections = () => {
    opened ??= openConnections(options.redisUrl, namespace, service);
    return opened;
  };

  /** What is asked, ready to be sent; the same however often it is. */
  function prepare(request: ActionRequest): Prepared {
    const idempotencyKey = request.idempotency_key ?? randomUUID();
    const bodyText = jsonOf({ ...request, idempotency_key: idempotencyKey });
    // Found here at once: the answer of whoever takes it in comes only to those who wait for it.
    const parsed = parseSubmission(JSON.parse(bodyText));
    if (!parsed.ok) throw invalid(parsed.faults);
    const id = requestId(service, idempotencyKey);
    return { id, idempotencyKey, digest: submissionDigest(parsed.submission), bodyText };
  }

  async function send({ id, bodyText }: Prepared, more: WaitOptions): Promise<void> {
    const { signal, release } = limit(Math.min(retryForMs, more.timeoutMs ?? retryForMs), more.signal, closing.signal);
    try {
      await untilDone(signal, async () => {
        const { queue } = await connections();
        await queue.add('request', { envelope: sealEnvelope(bodyText, key, Date.now()) }, { jobId: id });
      });
    } finally {
      release();
    }
  }

  async function wait(id: string, more: WaitOptions, sending?: Sending): Promise<ResolvedView> {
    const { answerTo, changes, queue } = await connections();
    const { timeoutMs = Number.POSITIVE_INFINITY } = more;
    const { signal, release } = limit(timeoutMs, more.signal, closing.signal);
    const bell = newBell();
    let heard = '';
    const unwatch = changes.watch(id, text => {
      heard = text;
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
        const found = await answerTo(id, heard);
        if (found.kind === 'newer') throw new Unintelligible('a newer version of Countersign wrote it');
        const ended = found.kind === 'answer' ? endOf(found.answer, sending?.digest) : undefined;
        if (ended !== undefined) return ended;
        if (found.kind === 'none' && isMissing) throw notAdmitted(id);
        if (signal.aborted) throw new StillPending(id, { cause: more.signal?.reason });
        const wasHeard = await bell.heard(REREAD_MS * (0.75 + Math.random() / 2), signal);
        isMissing = found.kind === 'none' && !wasHeard && (await hasLeftQueue(queue, id));
      }
    } finally {
      unwatch();
      release();
    }
  }

  return {
    async submit(request, more = {}) {
      const prepared = prepare(request);
      await send(prepared, more);
      const { bodyText: _sent, ...submitted } = prepared;
      return submitted;
    },
    wait: (id, more = {}) => wait(id, more),
    async request(request, more = {}) {
      const prepared = prepare(request);
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

function unnamed(): never {
  const remedy = 'Pass it as `service`, or make a key that names it: countersign keys create --service <name> --queue';
  throw new CountersignError('no_service', 'The queue key does not say which service it is for.', remedy);
}

type Prepared = Submitted & { readonly bodyText: string };

/** A request that is sent while it is watched already. */
type Sending = { readonly digest: string; readonly isNew: boolean; send(): Promise<void> };

/** How it ended; undefined while it has not. Throws where it was never taken in, or is not what was asked. */
function endOf(answer: Answer, asked: string | undefined): ResolvedView | undefined {
  const { id } = answer;
  if (answer.kind === 'refused') {
    throw new Rejected(answer.code, `${id} was not taken in.`, answer.message, { faults: answer.faults ?? [] });
  }
  const digest = answer.kind === 'pending' ? answer.digest : answer.view.digest;
  if (asked !== undefined && digest !== asked) {
    const what = `The idempotency key of ${id} was used for another request.`;
    throw new Rejected('conflict', what, 'Use a new key for a new request.');
  }
  const view = answer.kind === 'resolved' ? readView(answer.view, { id }) : undefined;
  return view !== undefined && isResolvedView(view) ? view : undefined;
}

function invalid(faults: readonly Fault[]): Rejected {
  const [first] = faults;
  const remedy = first === undefined ? 'Correct it.' : `${first.pointer} ${first.message}`;
  return new Rejected('invalid', 'The request is not valid.', remedy, { faults });
}

function notAdmitted(id: string): Rejected {
  const remedy =
    'Check that the queue key is not revoked, and that it was asked through the queue within the last day; else read it over HTTP.';
  return new Rejected('not_admitted', `No answer to ${id} is kept here, and it is not in the queue.`, remedy);
}
