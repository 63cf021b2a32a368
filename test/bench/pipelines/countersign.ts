// (c) Countersign's auto-allowed path, whole: signed envelope in, verified, policy asked, decision and audit stored in one
// commit, the submitter told by the SDK.
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { openKeys } from '../../../src/adapters/redis/keys.ts';
import { isApproved } from '../../../src/client/index.ts';
import { connectQueue } from '../../../src/client/queue.ts';
import { loadConfig, type Role } from '../../../src/config.ts';
import { readQueueKey, sealEnvelope } from '../../../src/contract/envelope.ts';
import { intakeQueue, queuePrefix } from '../../../src/contract/queue.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { startCountersign } from '../../../src/main.ts';
import { allowedSubmission } from '../request.ts';
import { sum } from './bare.ts';
import type { OpenPipeline, Place } from './pipeline.ts';

const SERVICE = 'bench';

/** A working installation in a namespace of its own, and a service's key to it. */
export async function install(place: Place, roles: readonly Role[], more: Record<string, string> = {}) {
  const namespace = `bench-${randomUUID()}`;
  const environment = {
    REDIS_URL: place.redisUrl,
    COUNTERSIGN_NAMESPACE: namespace,
    OPA_URL: place.opaUrl,
    OPA_DECISION_PATH: place.decisionPath,
    OPA_TIMEOUT: '5s', // a neighbour on this machine is no outage of OPA
    WORKER_CONCURRENCY: String(place.inFlight),
    LOG_LEVEL: 'silent',
    // One service asks for all that the machine can do.
    SERVICE_REQUESTS_PER_SECOND: '1000000',
    SERVICE_STORED_BYTES: '100000000000',
    SERVICE_POLICY_AT_ONCE: '16',
    ...more,
  };
  const redis = connectRedis({ url: place.redisUrl, observe: () => undefined });
  const keys = openKeys({ redis: redis.commands, namespace, now: Date.now });
  const { secret: key } = await keys.create(SERVICE, { queue: true });
  await redis.close();
  const countersign = await startCountersign(loadConfig(environment, roles));
  return { namespace, key, stop: () => countersign.stop() };
}

export const openCountersign: OpenPipeline = async place => {
  const { namespace, key, stop } = await install(place, ['worker']);
  const connection = new Redis(place.redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(intakeQueue(SERVICE), { prefix: queuePrefix(namespace), connection });
  await queue.pause();
  const sdk = connectQueue({ redisUrl: place.redisUrl, namespace, key });
  let asked = 0;
  return {
    async preload(count) {
      await queue.pause();
      await queue.addBulk(Array.from({ length: count }, () => sealed(key, asked++)));
    },
    resume: () => queue.resume(),
    left: async () => sum(await queue.getJobCounts('waiting', 'active', 'delayed')),
    async verify() {
      const approved = await connection.zcard(`{${namespace}}:list:approved:${SERVICE}`);
      if (approved !== asked) throw new Error(`Countersign: ${approved} of ${asked} requests were approved.`);
    },
    async ask() {
      const answer = await sdk.request(allowedSubmission(asked++));
      if (!isApproved(answer)) throw new Error(`Countersign: ${answer.status} instead of approved.`);
    },
    async close() {
      await sdk.close();
      await queue.close();
      await stop();
      connection.disconnect();
    },
  };
};

function sealed(keyText: string, n: number) {
  const key = readQueueKey(keyText);
  if (key === undefined) throw new Error('the key that was just made cannot be read');
  const idempotencyKey = randomUUID();
  const body = JSON.stringify({ ...allowedSubmission(n), idempotency_key: idempotencyKey });
  const envelope = sealEnvelope(body, key, Date.now());
  return { name: 'request', data: { envelope }, opts: { jobId: requestId(SERVICE, idempotencyKey) } };
}
