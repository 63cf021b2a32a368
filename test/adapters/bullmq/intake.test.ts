// The intake: an envelope counts for its signature, whoever put it into the queue.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Queue } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AdmitCall, startIntake } from '../../../src/adapters/bullmq/intake.ts';
import { refuser } from '../../../src/adapters/redis/answers.ts';
import { type Keys, openKeys } from '../../../src/adapters/redis/keys.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openStanding } from '../../../src/adapters/redis/standing.ts';
import { readAnswer } from '../../../src/contract/answer.ts';
import { type QueueKey, readQueueKey, sealEnvelope } from '../../../src/contract/envelope.ts';
import { intakeQueue, queuePrefix } from '../../../src/contract/queue.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { unfit } from '../../../src/flow/fitness.ts';
import { witnessed } from '../../../src/flow/observed.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import { submit } from '../../../src/flow/submit.ts';
import { aSubmission } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from '../redis/opened.ts';

let opened: Opened;
let keys: Keys;
let key: QueueKey;
let queue: Queue;
let kid: string;

beforeEach(async () => {
  opened = await openOn(redisUrl());
  keys = openKeys({ redis: opened.redis, namespace: opened.namespace, now: opened.store.now });
  const created = await keys.create('runner', { queue: true });
  const read = readQueueKey(created.secret);
  if (read === undefined) throw new Error('the printed line is a key');
  key = read;
  kid = created.info.id;
  queue = new Queue('requests', {
    connection: opened.connections.forQueues('producer'),
    prefix: queuePrefix(opened.namespace),
  });
  return async () => {
    await queue.close();
    await opened.close();
  };
});

function isAdmission(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

const body = (more: object = {}) => JSON.stringify({ ...aSubmission, idempotency_key: 'k-1', ...more });
const enqueue = (data: unknown) => queue.add('request', data);

/** Runs an intake until `count` jobs are gone from the queue. */
const observe = (observation: Observation) => void opened.observed.push(observation);

async function takeIn(count: number, admit: (call: AdmitCall) => Promise<unknown>): Promise<void> {
  let left = count;
  const all = Promise.withResolvers<void>();
  const finished = () => {
    left -= 1;
    if (left === 0) all.resolve();
  };
  const intake = startIntake({
    connection: opened.connections.forQueues('intake'),
    namespace: opened.namespace,
    publicKey: keys.publicKey,
    admit: async call => {
      const refusal = unfit(
        { isCallbackAllowed: url => url.startsWith('https://deployer.example/') },
        call.service,
        call,
      );
      if (refusal !== undefined) return refusal;
      await admit(call);
      finished();
      return { kind: 'created' };
    },
    note: async fact => {
      await witnessed(opened.store, observe).note(fact);
      finished();
    },
    answerRefused: refuser(opened),
    now: opened.store.now,
    observe,
  });
  await all.promise;
  await intake.stop();
}

async function audited(): Promise<Record<string, unknown>[]> {
  const entries = await opened.redis.xrange(keyspace(opened.namespace).audit, '-', '+');
  return entries.map(([, fields]) => JSON.parse(fields.at(-1) ?? '{}') as Record<string, unknown>);
}

const submissions = async () => (await audited()).filter(({ event }) => String(event).startsWith('submi'));

async function refusals(): Promise<Record<string, unknown>[]> {
  return (await audited()).filter(({ event }) => event === 'envelope_refused');
}

describe('the intake', () => {
  it('admits what a service signed, as that service, asked when it signed', async () => {
    const signedAt = Date.now() - 60_000;
    await enqueue({ envelope: sealEnvelope(body(), key, signedAt), service: 'somebody-else' });
    const calls: AdmitCall[] = [];
    await takeIn(1, async call => calls.push(call));
    expect(calls).toEqual([
      {
        service: { id: 'runner', auth: 'queue_key' },
        submission: { ...aSubmission, idempotency_key: 'k-1' },
        key: 'k-1',
        askedAt: signedAt,
      },
    ]);
    expect(await queue.getJobCounts()).toMatchObject({ completed: 0, failed: 0, waiting: 0, active: 0 });
  });

  it('believes no time in the future', async () => {
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now() + 86_400_000) });
    const calls: AdmitCall[] = [];
    await takeIn(1, async call => calls.push(call));
    expect(calls[0]?.askedAt).toBeLessThanOrEqual(opened.store.now());
  });

  it('refuses and audits everything else, retries none of it, and goes on', async () => {
    const forged = sealEnvelope(body(), key, Date.now()).replace(
      /\.[^.]+\./,
      `.${Buffer.from('{}').toString('base64url')}.`,
    );
    const foreign = { ...key, kid: 'nosuchkey0' };
    await enqueue({ action: 'delete-resource' });
    await enqueue(null);
    await enqueue({ envelope: body() });
    await enqueue({ envelope: forged });
    await enqueue({ envelope: sealEnvelope(body(), foreign, Date.now()) });
    await enqueue({ envelope: sealEnvelope('{"action": ', key, Date.now()) });
    await enqueue({ envelope: sealEnvelope(body({ surprise: 1 }), key, Date.now()) });
    await enqueue({ envelope: sealEnvelope(body({ callback: 'https://evil.example.com/' }), key, Date.now()) });
    await enqueue({ envelope: sealEnvelope(JSON.stringify(aSubmission), key, Date.now()) });
    await enqueue({ envelope: `${sealEnvelope(body(), key, Date.now())}${'A'.repeat(2_000_000)}` });
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now()) });
    const admitted: AdmitCall[] = [];
    await takeIn(11, async call => admitted.push(call));
    expect(admitted).toHaveLength(1);
    const codes = (await refusals()).map(({ code }) => code).sort();
    expect(codes).toEqual([
      'envelope_forged',
      'envelope_malformed',
      'envelope_malformed',
      'envelope_malformed',
      'envelope_too_large',
      'envelope_unknown_key',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'no_idempotency_key',
    ]);
    expect(opened.observed.filter(({ kind }) => kind === 'refused')).toHaveLength(10);
    expect(await queue.getJobCounts()).toMatchObject({ failed: 0, delayed: 0, waiting: 0, active: 0 });
  });

  it('goes on when somebody wrote a job by hand that is not even JSON', async () => {
    const bad = await enqueue({ envelope: 'x' });
    await opened.redis.hset(`${queuePrefix(opened.namespace)}:requests:${bad.id}`, 'data', '{"envelope": ');
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now()) });
    const calls: AdmitCall[] = [];
    await takeIn(1, async call => calls.push(call));
    expect(calls).toHaveLength(1);
  });

  it('refuses what a revoked key signed, even before it was revoked', async () => {
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now()) });
    await keys.revoke(kid);
    await takeIn(1, async () => {
      throw new Error('admitted');
    });
    expect(await refusals()).toMatchObject([{ code: 'envelope_unknown_key', claims_key: kid }]);
  });

  it('takes a replayed envelope for the request that it made', async () => {
    const envelope = sealEnvelope(body(), key, Date.now());
    for (let i = 0; i < 5; i++) await enqueue({ envelope });
    const kinds: string[] = [];
    const { store } = opened;
    const directory = {
      ownerOf: () => undefined,
      factsOf: () => undefined,
      whoIs: () => ({ kind: 'unknown' }) as const,
      namesOf: () => [],
      membersOf: () => [],
      personOf: () => ({ kind: 'unknown' }) as const,
      personOfEmail: () => ({ kind: 'unknown' }) as const,
      slackAccountsOf: () => [],
      hasAccount: () => false,
    };
    const standing = openStanding({ redis: opened.redis, namespace: opened.namespace, retentionMs: 60_000 });
    const world = { store, directory, standing, observe: () => {}, randomKey: () => 'random', defaultExpiryMs: 60_000 };
    await takeIn(5, async call => kinds.push((await submit(world, call)).kind));
    expect(kinds.sort()).toEqual(['created', 'repeated', 'repeated', 'repeated', 'repeated']);
    expect((await store.list({ service: 'runner', limit: 10 })).items.map(({ id }) => id)).toEqual([
      requestId('runner', 'k-1'),
    ]);
  });

  it('tries again after a transient failure, though the producer allowed one attempt', async () => {
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now()) });
    let tries = 0;
    await takeIn(1, async () => {
      tries += 1;
      if (tries < 4) throw new Failure('store_unavailable', 'away', { isTransient: true, retryAfterMs: 1 });
    });
    expect(tries).toBe(4);
  });

  it('leaves no word of the request in Redis when a defect ends it', async () => {
    await enqueue({ envelope: sealEnvelope(body({ reason: 'canary-secret' }), key, Date.now()) });
    const failed = Promise.withResolvers<void>();
    const intake = startIntake({
      connection: opened.connections.forQueues('intake'),
      namespace: opened.namespace,
      publicKey: keys.publicKey,
      admit: async ({ submission }) => {
        throw new TypeError(`cannot read ${submission.reason}`);
      },
      note: opened.store.note,
      answerRefused: refuser(opened),
      now: opened.store.now,
      observe: ({ kind }) => kind === 'trouble' && failed.resolve(),
    });
    await failed.promise;
    await intake.stop();
    const [job] = await queue.getFailed();
    expect(job?.failedReason).toBe('unforeseen_TypeError');
    expect(JSON.stringify([job?.failedReason, job?.stacktrace])).not.toContain('canary-secret');
  });
});

describe("a service's own intake", () => {
  const id = requestId('runner', 'k-1');
  const answered = async (service: string) =>
    readAnswer(await opened.redis.get(keyspace(opened.namespace).answer(service, id)), id);

  /** Runs the intake of one service until one job is gone from it. */
  async function takeOne(service: string, admit: (call: AdmitCall) => Promise<unknown>): Promise<void> {
    const done = Promise.withResolvers<void>();
    const intake = startIntake({
      connection: opened.connections.forQueues('intake'),
      namespace: opened.namespace,
      service,
      publicKey: keys.publicKey,
      admit: async call => {
        const outcome = await admit(call);
        done.resolve();
        return isAdmission(outcome) ? outcome : { kind: 'created' };
      },
      note: opened.store.note,
      answerRefused: async (...refusal) => {
        await refuser(opened)(...refusal);
        done.resolve();
      },
      now: opened.store.now,
      observe: () => {},
    });
    await done.promise;
    await intake.stop();
  }

  async function put(service: string, data: unknown): Promise<void> {
    const own = new Queue(intakeQueue(service), {
      connection: opened.connections.forQueues('producer'),
      prefix: queuePrefix(opened.namespace),
    });
    await own.add('request', data, { jobId: id });
    await own.close();
  }

  it('takes in what that service signed', async () => {
    await put('runner', { envelope: sealEnvelope(body(), key, Date.now()) });
    const calls: AdmitCall[] = [];
    await takeOne('runner', async call => calls.push(call));
    expect(calls).toMatchObject([{ service: { id: 'runner' } }]);
  });

  it('refuses what another signed, and tells whose intake it is', async () => {
    await put('neighbour', { envelope: sealEnvelope(body(), key, Date.now()) });
    await takeOne('neighbour', async () => {
      throw new Error('admitted');
    });
    expect(await refusals()).toMatchObject([{ code: 'envelope_foreign', service: 'runner' }]);
    expect(await answered('neighbour')).toMatchObject({ answer: { kind: 'refused', code: 'envelope_foreign' } });
    expect(await answered('runner')).toEqual({ kind: 'none' });
  });

  describe('what was signed longer ago than it was to be waited for', () => {
    const HOUR_MS = 3_600_000;
    const take = () =>
      takeOne('runner', call =>
        submit(
          {
            store: opened.store,
            directory: { ownerOf: () => undefined } as never,
            standing: {} as never,
            observe: () => {},
            randomKey: () => 'unused',
            defaultExpiryMs: HOUR_MS,
          },
          call,
        ),
      );
    const signed = (agoMs: number, more: object = {}) =>
      put('runner', { envelope: sealEnvelope(body(more), key, opened.store.now() - agoMs) });

    it.each([
      ['longer than the default', {}, HOUR_MS],
      ['longer than it says itself', { expires_in: '10m' }, 600_000],
      ['ages ago', {}, 20_000 * HOUR_MS],
    ])('is refused, audited and told: %s', async (_, more, agoMs) => {
      await signed(agoMs, more);
      await take();
      const told = await answered('runner');
      expect(told).toMatchObject({
        answer: { kind: 'refused', code: 'too_old', message: expect.stringMatching(/Submit it again/) },
      });
      expect(await opened.store.read(id)).toBeUndefined();
      const fact = { event: 'submission_refused', code: 'too_old', service: { id: 'runner' }, id };
      expect(await submissions()).toMatchObject([fact]);
    });

    it('is taken in while its time runs, and is the same request when it comes again later', async () => {
      await signed(HOUR_MS - 60_000);
      await take();
      const record = await opened.store.read(id);
      expect(record).toMatchObject({ status: 'pending' });
      expect(Date.parse(record?.storedAt ?? '') - Date.parse(record?.submittedAt ?? '')).toBeGreaterThan(3_500_000);
      await signed(2 * HOUR_MS);
      await take();
      expect((await submissions()).map(({ event }) => event)).toEqual(['submitted']);
      expect(await answered('runner')).not.toMatchObject({ answer: { kind: 'refused' } });
    });
  });

  it('tells why it refused, with the remedy', async () => {
    await put('runner', { envelope: sealEnvelope(body({ surprise: 1 }), key, Date.now()) });
    await takeOne('runner', async () => {
      throw new Error('admitted');
    });
    expect(await answered('runner')).toMatchObject({
      answer: { code: 'invalid_request', message: expect.stringMatching(/surprise.*Correct the request/) },
    });
  });

  it('changes no answer that is there already', async () => {
    const pending = { v: 1, kind: 'pending', id, digest: 'sha256:1' };
    await opened.redis.set(keyspace(opened.namespace).answer('runner', id), JSON.stringify(pending));
    await put('runner', { envelope: 'altered' });
    await takeOne('runner', async () => {
      throw new Error('admitted');
    });
    expect(await answered('runner')).toEqual({ kind: 'answer', answer: pending });
  });
});

describe('a killed worker', () => {
  it('has its job taken up by another within 15 seconds', { timeout: 90_000 }, async () => {
    await enqueue({ envelope: sealEnvelope(body(), key, Date.now()) });
    const child = spawn(process.execPath, [new URL('./stuck-worker.ts', import.meta.url).pathname], {
      env: { ...process.env, TEST_REDIS_URL: redisUrl(), TEST_NAMESPACE: opened.namespace },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = await once(createInterface(child.stdout), 'line');
    expect(line).toBe('taken');
    child.kill('SIGKILL');
    await exited;
    const killedAt = performance.now();
    await takeIn(1, async () => {});
    expect(performance.now() - killedAt).toBeLessThan(15_000);
  });
});
