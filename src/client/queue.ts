// Countersign through the queue: signed envelopes in, and the record read from Redis where it is kept.
import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { type QueueKey, readQueueKey, sealEnvelope } from '../domain/envelope.ts';
import type { RequestRecord } from '../domain/record.ts';
import { requestId } from '../domain/request-id.ts';
import { parseSubmission, submissionDigest } from '../domain/submission.ts';
import { view } from '../domain/view.ts';
import { type AnyView, isResolvedView, type ResolvedView, readView } from './answer.ts';
import { type Changes, followChanges, newBell } from './changes.ts';
import {
  type ActionRequest,
  type Countersign,
  SUBMIT_FOR_MS,
  type Submitted,
  type WaitOptions,
} from './countersign.ts';
import { CountersignError, Rejected, StillPending, Unreachable } from './errors.ts';
import { limit, pauseMs, sleep } from './pace.ts';

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
const shared = {
  retryStrategy: (times: number) => Math.min(50 * 2 ** times, 1_000) + Math.random() * 100,
  connectTimeout: 5_000,
  connectionName: 'countersign-client',
} satisfies RedisOptions;

/** Connects through BullMQ and Redis. Nothing is sent before the first call. */
export function connectQueue(options: QueueClientOptions): Countersign {
  const key = keyFrom(options.key);
  const { namespace = 'countersign', retryForMs = SUBMIT_FOR_MS } = options;
  const closing = new AbortController();
  let opened: Promise<Connections> | undefined;
  const connections = () => {
    opened ??= open(options.redisUrl, namespace);
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

  async function submit(request: ActionRequest, more: WaitOptions = {}): Promise<Submitted> {
    const idempotencyKey = request.idempotency_key ?? randomUUID();
    const bodyText = JSON.stringify({ ...request, idempotency_key: idempotencyKey });
    // Nobody answers an envelope, so what would be refused must be found here.
    const parsed = parseSubmission(JSON.parse(bodyText));
    if (!parsed.ok) {
      const first = parsed.faults[0];
      const remedy = first === undefined ? 'Correct it.' : `${first.pointer} ${first.message}`;
      throw new Rejected('invalid', 'The request is not valid.', remedy, { faults: parsed.faults });
    }
    const digest = submissionDigest(parsed.submission);
    const { signal, release } = limit(Math.min(retryForMs, more.timeoutMs ?? retryForMs), more.signal);
    try {
      const id = await untilDone(signal, async () => {
        const jobId = requestId(await serviceName(), idempotencyKey);
        const { queue } = await connections();
        const envelope = sealEnvelope(bodyText, key, Date.now());
        await queue.add('request', { envelope }, { jobId });
        return jobId;
      });
      return { id, idempotencyKey, digest };
    } finally {
      release();
    }
  }

  async function wait(id: string, more: WaitOptions = {}, digest?: string): Promise<ResolvedView> {
    const { reads, changes, queue } = await connections();
    const { timeoutMs = Number.POSITIVE_INFINITY } = more;
    const { signal, release } = limit(timeoutMs, more.signal, closing.signal);
    const bell = newBell();
    const unwatch = changes.watch(id, bell.ring);
    let isMissing = false;
    try {
      await changes.following();
      for (;;) {
        bell.reset();
        const found = await readOrTrouble(reads, namespace, id);
        if (found !== 'trouble' && found !== undefined) {
          const current = checked(found, id, digest);
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
    submit,
    wait: (id, more) => wait(id, more),
    async request(request, more = {}) {
      const began = performance.now();
      const { id, digest } = await submit(request, more);
      const leftMs = more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs - (performance.now() - began) };
      return wait(id, { ...more, ...leftMs }, digest);
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

type Tempers = Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout' | 'socketTimeout' | 'enableAutoPipelining'>;

type Connections = {
  readonly queue: Queue;
  readonly reads: Redis;
  readonly changes: Changes;
  close(): void;
};

/** Loaded only here: a service that asks over HTTP needs neither package. */
async function open(redisUrl: string, namespace: string): Promise<Connections> {
  const [{ Queue }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
  const connect = (more: Tempers) => new Redis(redisUrl, { ...shared, ...more }).on('error', () => {});
  const writes = connect({ maxRetriesPerRequest: 1, commandTimeout: 3_000, socketTimeout: 5_000 });
  const reads = connect({
    maxRetriesPerRequest: 1,
    commandTimeout: 3_000,
    socketTimeout: 5_000,
    enableAutoPipelining: true,
  });
  const blocking = connect({ maxRetriesPerRequest: null, socketTimeout: 15_000 });
  const queue = new Queue('requests', {
    connection: writes,
    prefix: `{${namespace}}:bull`,
    skipWaitingForReady: true,
    skipMetasUpdate: true,
  });
  queue.on('error', () => {});
  const changes = followChanges({ redis: reads, blocking, stream: `{${namespace}}:changes` });
  return {
    queue,
    reads,
    changes,
    close() {
      changes.stop();
      writes.disconnect();
      reads.disconnect();
    },
  };
}

/** Tries until it is done: an error of Redis does not mean that nothing happened, and the same id makes it once. */
async function untilDone<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  let lastCause: unknown;
  for (let n = 0; !signal.aborted; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof CountersignError) throw error;
      if (error instanceof Error && /^(NOAUTH|NOPERM|WRONGPASS)\b/.test(error.message)) {
        throw new Rejected('redis_refuses', 'Redis refuses this client.', 'Check the user and its rights in the URL.');
      }
      lastCause = error;
      await sleep(pauseMs(n), signal);
    }
  }
  throw new Unreachable('the queue in Redis', { cause: lastCause });
}

async function readOrTrouble(
  redis: Redis,
  namespace: string,
  id: string,
): Promise<RequestRecord | undefined | 'trouble'> {
  try {
    const text = await redis.hget(`{${namespace}}:request:${id}`, 'record');
    return text === null ? undefined : (JSON.parse(text) as RequestRecord);
  } catch {
    return 'trouble';
  }
}

function checked(record: RequestRecord, id: string, digest: string | undefined): AnyView {
  if (digest !== undefined && record.digest !== digest) {
    const what = `The idempotency key of ${id} was used for another request.`;
    throw new Rejected('conflict', what, 'Use a new key for a new request.');
  }
  return readView(view(record), { id });
}

/** Worked off, and yet there is no record: the envelope was refused. */
async function hasLeftQueue(queue: Queue, id: string): Promise<boolean> {
  try {
    return ['completed', 'failed', 'unknown'].includes(await queue.getJobState(id));
  } catch {
    return false;
  }
}

function notAdmitted(id: string): Rejected {
  const remedy = 'Check that the queue key is not revoked; the audit says why it was refused.';
  return new Rejected('not_admitted', `${id} was not taken from the queue.`, remedy);
}
