// The real memory behind a real API, small enough to be started, killed and started again by a test.
import { pino } from 'pino';
import { type HttpPorts, type HttpServer, startHttp } from '../../src/adapters/http/start.ts';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { type Keys, openKeys } from '../../src/adapters/redis/keys.ts';
import { openStore, type RedisStore } from '../../src/adapters/redis/store.ts';
import { startWaiting } from '../../src/adapters/redis/waiting.ts';
import type { StepResult } from '../../src/domain/change.ts';
import { grantClaims, isGrantLive, signGrant, usesLeft } from '../../src/domain/grant.ts';
import { openGrant } from '../../src/domain/grant-claims.ts';
import { createGrantKey, publicKeysOf, readGrantKeys } from '../../src/domain/grant-keys.ts';
import { isResolved, type Resolved } from '../../src/domain/lifecycle.ts';
import { present } from '../../src/domain/present.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { refuse } from '../../src/domain/refusal.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { broken, cancelled, expired } from '../../src/domain/steps/ended.ts';
import { isSameSubmission, submitted } from '../../src/domain/steps/submitted.ts';
import type { Admission, Directory, Policy } from '../../src/flow/ports.ts';
import { redeem } from '../../src/flow/redeem.ts';
import { revoke } from '../../src/flow/revoke.ts';
import { answer } from '../support/samples.ts';

const grantKeys = readGrantKeys(createGrantKey(), 'this test');

type Submit = Omit<Parameters<typeof submitted>[0], 'defaultExpiryMs'>;

export type Memory = {
  readonly store: RedisStore;
  readonly keys: Keys;
  readonly namespace: string;
  readonly connections: ReturnType<typeof connectRedis>;
  admit(call: Submit): Promise<Admission>;
  /** Ends a pending request in the given way, as policy, people, the clock or its requester would. */
  end(id: string, status: Resolved): Promise<void>;
  close(): Promise<void>;
};

export async function openMemory(redisUrl: string, namespace: string): Promise<Memory> {
  const connections = connectRedis({ url: redisUrl, observe: () => {} });
  const { commands: redis } = connections;
  const store = await openStore({ redis, namespace });
  return {
    store,
    namespace,
    connections,
    keys: openKeys({ redis, namespace, now: store.now }),
    async admit(call) {
      const change = submitted({ ...call, defaultExpiryMs: 3_600_000 }, store.now());
      const committed = await store.commit(change);
      if (committed.ok) return { kind: 'created', record: change.next };
      const { actual } = committed;
      const isSame = actual !== undefined && isSameSubmission(actual, call.submission);
      return isSame ? { kind: 'repeated', record: actual } : refuse('conflict', actual);
    },
    async end(id, status) {
      const record = await store.read(id);
      if (record === undefined) throw new Error(`no ${id}`);
      const change = ending(record, status, store.now());
      if (change.kind !== 'change') throw new Error(change.kind);
      const committed = await store.commit(change);
      if (!committed.ok) throw new Error('somebody was faster');
    },
    async close() {
      store.close();
      await connections.close();
    },
  };
}

function ending(record: RequestRecord, status: Resolved, now: number): StepResult {
  const event = { phase: 'submit', policy: {}, votes: [] } as const;
  switch (status) {
    case 'approved':
      return decided(record, { ...event, decision: answer('allow') }, now);
    case 'denied':
      return decided(record, { ...event, decision: answer('deny') }, now);
    case 'expired':
      return expired(record, Date.parse(record.expiresAt));
    case 'cancelled':
      return cancelled(record, now);
    case 'failed':
      return broken(record, 'Policy is broken.', now);
    default:
      return status satisfies never;
  }
}

/** Real grants under a key of this run, with a policy that goes on allowing what was approved. */
function grantPorts(store: RedisStore): Pick<HttpPorts, 'grantOf' | 'redeem' | 'revoke' | 'jwks'> {
  const policy: Policy = { ask: async () => ({ kind: 'answer', decision: answer('allow'), policy: {} }) };
  const directory = { factsOf: () => undefined } as unknown as Directory;
  const noStanding = { find: async () => undefined };
  const openGrantHere = (token: string) => openGrant(token, publicKeysOf(grantKeys.jwks));
  return {
    grantOf(record) {
      const claims = isGrantLive(record, store.now()) ? grantClaims(record, 'http://countersign.test') : undefined;
      return claims === undefined ? undefined : signGrant(claims, grantKeys.signing);
    },
    async redeem({ key = crypto.randomUUID(), ...call }) {
      const reply = await redeem(
        { store, policy, directory, standing: noStanding, openGrant: openGrantHere },
        { key, ...call },
      );
      return reply.kind === 'refusal' ? reply : { ...reply, usesLeft: usesLeft(reply.record) };
    },
    revoke: ({ service }, call) => revoke({ store }, { ...call, service }),
    jwks: grantKeys.jwks,
  };
}

/** `onWait` hears of every wait that begins. */
export async function serveMemory(memory: Memory, port = 0, onWait = () => {}): Promise<HttpServer> {
  const { store, keys, connections } = memory;
  const waiting = startWaiting({
    read: store.read,
    redis: connections.commands,
    blocking: connections.forBlocking('changes'),
    namespace: memory.namespace,
    observe: () => {},
  });
  const server = await startHttp(
    {
      submit: ({ service, submission, key = crypto.randomUUID() }) =>
        memory.admit({ service: { id: service, auth: 'api_key' }, submission, key }),
      async read({ service }, id) {
        const record = await store.read(id);
        return record?.service.id === service ? record : refuse('unknown_request');
      },
      decisions: async () => ({ kind: 'decisions', items: [] }),
      exchange: async () => refuse('workload_unreadable'),
      wait: async ({ service }, id) => {
        if ((await store.peek(id))?.service !== service) return refuse('unknown_request');
        return {
          kind: 'waiting',
          until(timeoutMs, signal) {
            onWait();
            return waiting.until(id, ({ status }) => isResolved(status), timeoutMs, signal);
          },
        };
      },
      async cancel(id) {
        const record = await store.read(id);
        if (record === undefined) return refuse('unknown_request');
        const change = cancelled(record, store.now());
        if (change.kind === 'refusal') return change;
        await store.commit(change);
        return { kind: 'changed', record: change.next };
      },
      ...grantPorts(store),
      list: ({ service }, { status, review, limit, cursor }) =>
        store.list({ service, limit, ...present({ status, review, cursor }) }),
      vote: async () => refuse('not_asked'),
      review: async () => refuse('no_review'),
      authenticate: keys.holderOf,
      groupsOf: () => undefined,
      standing: async () => ({ items: [] }),
      links: {
        offer: async () => refuse('link_person_listed'),
        standing: async () => ({ listed: [] }),
        remove: async () => refuse('link_none'),
      },
      revokeStanding: async () => refuse('unknown_standing'),
      readiness: async () => [],
      metrics: async () => ({ contentType: 'text/plain', body: '' }),
      log: pino({ level: 'silent' }),
    },
    { host: '127.0.0.1', port, bodyLimit: 1_048_576 },
  );
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await waiting.stop();
    },
  };
}
