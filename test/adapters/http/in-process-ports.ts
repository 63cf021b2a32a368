// The functions that HTTP is given, over plain records and the domain's own steps: for tests of the routing itself.

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { pino } from 'pino';
import type { CallingPerson, HttpCaller, KeyHolder } from '../../../src/adapters/http/ports.ts';
import type { HttpPorts } from '../../../src/adapters/http/start.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Resolved, ResolvedBy } from '../../../src/domain/lifecycle.ts';
import { type RequestRecord, timestamp } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { cancelled } from '../../../src/domain/steps/ended.ts';
import { isSameSubmission, submitted } from '../../../src/domain/steps/submitted.ts';
import { unfit, unseen } from '../../../src/flow/fitness.ts';
import type { Caller, Directory, KeyCaller } from '../../../src/flow/ports.ts';
import { openReading } from '../../../src/flow/reading.ts';

export type InProcess = HttpPorts & {
  readonly lines: string[];
  readonly waiting: EventEmitter;
  resolve(id: string, status: Resolved, by: ResolvedBy, reason?: string): void;
  /** Everything fails as if the store were gone, until it is told otherwise. */
  setDown(isDown: boolean): void;
};

export const keys: { readonly [key: string]: KeyHolder } = {
  'key-of-deployer': { kind: 'service', id: 'deployer', key: 'k1' },
  'key-of-other': { kind: 'service', id: 'other', key: 'k2' },
  'key-of-bob': { kind: 'person', id: 'bob', key: 'k3' },
  'key-of-erin': { kind: 'person', id: 'erin', key: 'k4' },
  'key-of-stranger': { kind: 'person', id: 'stranger', key: 'k5' },
};
const groups: { readonly [person: string]: readonly string[] } = { bob: ['db-owners'], erin: [] };

/** Nobody calls from Slack here. */
const nobodyInSlack = {
  directory: {} as Directory,
  links: { personOf: async () => undefined, of: async () => undefined, formerOf: async () => [] },
  accounts: {
    kindOf: async () => 'stranger' as const,
    emailOf: async () => undefined,
    usergroupsOf: async () => [],
    channelsOf: async () => [],
  },
};

function asPerson({ user: person, groups, key }: CallingPerson): KeyCaller {
  return { kind: 'key', person, groups, evidence: { transport: 'api_key', api_key: key } };
}

function callerOf({ service: id, person }: HttpCaller): Caller {
  return person === undefined ? { kind: 'service', id, auth: 'api_key' } : asPerson(person);
}

export function inProcessPorts(overrides: Partial<HttpPorts> = {}): InProcess {
  const records = new Map<string, RequestRecord>();
  const changed = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  const waiting = new EventEmitter();
  const lines: string[] = [];
  let isDown = false;
  const put = (record: RequestRecord) => {
    records.set(record.id, record);
    changed.emit(record.id);
  };
  const reachable = () => {
    if (!isDown) return;
    throw new Failure('redis_unreachable', 'Redis cannot be reached. Start it.', {
      isTransient: true,
      retryAfterMs: 2_500,
    });
  };
  const read = async (id: string) => {
    reachable();
    return records.get(id);
  };
  const reading = openReading({
    ...nobodyInSlack,
    store: {
      read,
      async list({ service, status, where = () => true, limit, cursor }) {
        reachable();
        const all = [...records.values()].filter(
          record =>
            (service === undefined || record.service.id === service) &&
            (status === undefined || record.status === status) &&
            where(record),
        );
        const from = Number(cursor ?? 0);
        const next = from + limit < all.length ? { next: String(from + limit) } : {};
        return { items: all.reverse().slice(from, from + limit), ...next };
      },
    },
    async peek(id) {
      const record = await read(id);
      return record && { version: record.version, status: record.status, service: record.service.id };
    },
    waiting: {
      async until(id, isEnough, timeoutMs, signal) {
        reachable();
        const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
        waiting.emit('began', id);
        while (!limit.aborted) {
          const record = records.get(id);
          if (record === undefined || isEnough(record)) return record;
          await once(changed, id, { signal: limit }).catch(() => undefined);
        }
        waiting.emit('ended', id);
        return records.get(id);
      },
    },
    corroborated: async () => [],
  });
  return {
    lines,
    waiting,
    setDown(value) {
      isDown = value;
    },
    resolve(id, status, by, reason) {
      const record = records.get(id);
      if (record === undefined) throw new Error(`no ${id}`);
      const resolution = { by, at: timestamp(Date.now()), ...(reason === undefined ? {} : { reason }) };
      put({ ...record, version: record.version + 1, status, resolution });
    },
    standing: async () => ({ items: [] }),
    links: {
      offer: async () => refuse('link_person_listed'),
      standing: async () => ({ listed: ['slack:T0:U1'] }),
      remove: async () => refuse('link_none'),
    },
    revokeStanding: async () => refuse('unknown_standing'),
    async submit({ service, submission, key = randomUUID() }) {
      reachable();
      const id = { id: service, auth: 'api_key' } as const;
      const fault = unfit({ isCallbackAllowed: url => url.startsWith('https://ci.example.com/') }, id, {
        submission,
        key,
      });
      if (fault !== undefined) return fault;
      const { next } = submitted({ service: id, submission, key, defaultExpiryMs: 3_600_000 }, Date.now());
      const actual = records.get(next.id);
      if (actual === undefined) {
        put(next);
        return { kind: 'created', record: next };
      }
      return isSameSubmission(actual, submission) ? { kind: 'repeated', record: actual } : refuse('conflict', actual);
    },
    read: (caller, id) => reading.read(callerOf(caller), id),
    list: (caller, call) => reading.list(callerOf(caller), call),
    wait: (caller, id) => reading.wait(callerOf(caller), id),
    decisions: (caller, id) => reading.decisions(callerOf(caller), id),
    async cancel(id) {
      reachable();
      const record = records.get(id);
      if (record === undefined) return refuse('unknown_request');
      const change = cancelled(record, Date.now());
      if (change.kind === 'refusal') return change;
      put(change.next);
      return { kind: 'changed', record: change.next };
    },
    grantOf: () => undefined,
    redeem: async () => refuse('grant_malformed'),
    revoke: async ({ person }) => refuse(person === undefined ? 'not_approved' : 'not_a_revoker'),
    jwks: { keys: [] },
    exchange: async () => refuse('workload_unreadable'),
    async vote({ id, person, ...call }) {
      reachable();
      const isUnseen = unseen(asPerson(person), { id, ...call });
      if (isUnseen !== undefined) return isUnseen;
      const record = records.get(id);
      return record === undefined ? refuse('unknown_request') : refuse('not_asked', record);
    },
    async review({ id }) {
      reachable();
      const record = records.get(id);
      return record === undefined ? refuse('unknown_request') : refuse('no_review', record);
    },
    async authenticate(key) {
      reachable();
      return keys[key];
    },
    groupsOf: person => groups[person],
    readiness: async () => [
      { name: 'redis', ok: !isDown, detail: isDown ? 'Redis cannot be reached. Start it.' : 'reachable' },
    ],
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    log: pino({ level: 'debug' }, { write: line => void lines.push(line) }),
    ...overrides,
  };
}

/** A body as a service sends it. */
export function body(more: object = {}): Record<string, unknown> {
  return {
    action: 'delete-resource',
    user: { id: 'alice', role: 'admin' },
    resource: { type: 'bucket', id: 'b-42' },
    ...more,
  };
}
