// A whole Countersign for end-to-end tests: real Redis, real OPA, real Bolt, against a workspace of its own.
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createLog } from '../../src/adapters/log/log.ts';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { type Countersign as Client, connect, type HttpCountersign } from '../../src/client/index.ts';
import { connectQueue } from '../../src/client/queue.ts';
import { loadConfig, type Role, roles } from '../../src/config.ts';
import type { StoredEntry, StoredFact } from '../../src/domain/audit/chain.ts';
import type { EventName } from '../../src/domain/audit/events.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../src/local/slack/workspace.ts';
import { type Countersign, startCountersign } from '../../src/main.ts';
import { namespace as freshNamespace, opaUrl, redisUrl, startOpa } from './services.ts';
import { understood } from './understood.ts';

export const PEOPLE = join(import.meta.dirname, '../../src/local/demo/people.yaml');

/** Whoever seals wants a folder of their own. */
const withoutDisk = roles.filter(role => role !== 'sealer');

export type HouseOptions = {
  readonly env?: { readonly [variable: string]: string };
  readonly roles?: readonly Role[];
  readonly workspace?: WorkspaceOptions;
  /** Known before it opens, for who must prepare its Redis. */
  readonly namespace?: string;
  /** A folder of policies, for an OPA of its own. */
  readonly policies?: string;
  /** Keep to another house's memory or workspace: a second process of the same installation. */
  readonly beside?: House;
};

export type House = {
  readonly workspace: Workspace;
  readonly namespace: string;
  readonly env: { readonly [variable: string]: string };
  readonly app: Countersign;
  readonly http: HttpCountersign;
  readonly queue: Client;
  readonly apiKey: string;
  /** Another service, with a key of its own. */
  service(name: string): Promise<HttpCountersign>;
  /** Somebody of the directory with a key of their own. */
  person(id: string): Promise<{ readonly http: HttpCountersign; readonly apiKey: string }>;
  /** Every line that was logged. */
  readonly lines: readonly string[];
  /** What is stored, read past every adapter. */
  record(id: string): Promise<RequestRecord>;
  /** As they were stored; each is held against the decoder. */
  audit(id: string): Promise<StoredEntry[]>;
  events(id: string): Promise<EventName[]>;
  /** How long its record is kept, in seconds; -1: for as long as it takes. */
  ttl(id: string): Promise<number>;
  /** What was written down beside any request. */
  notes(): Promise<StoredFact[]>;
  /** Ends Countersign and starts it again; the workspace and the memory stay. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function openHouse({ policies, ...options }: HouseOptions = {}): Promise<House> {
  if (policies === undefined) return openHouseOver(options);
  const opa = await startOpa({ policies: [policies] });
  try {
    const house = await openHouseOver({ ...options, env: { OPA_URL: opa.url, ...options.env } });
    const { stop } = house;
    return Object.defineProperty(house, 'stop', { value: () => stop().finally(opa.stop) });
  } catch (error) {
    await opa.stop();
    throw error;
  }
}

async function openHouseOver(options: Omit<HouseOptions, 'policies'>): Promise<House> {
  const { beside } = options;
  const workspace = beside?.workspace ?? (await openWorkspace({ rateLimits: false, ...options.workspace }));
  const namespace = beside?.namespace ?? options.namespace ?? freshNamespace();
  const env = {
    REDIS_URL: redisUrl(),
    OPA_URL: opaUrl(),
    OPA_TIMEOUT: '5s', // a test machine may be busy with other tests
    COUNTERSIGN_NAMESPACE: namespace,
    COUNTERSIGN_PEOPLE: PEOPLE,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    APPROVALS_CHANNEL: 'C0APPROVALS',
    API_PORT: '0',
    SERVICE_REQUESTS_PER_SECOND: '1000000', // tests are in more of a hurry than one service may be
    LOG_LEVEL: 'debug',
    ...options.env,
  };
  const lines: string[] = [];
  const start = () =>
    startCountersign(loadConfig(env, options.roles ?? withoutDisk), {
      log: createLog({ level: 'debug', write: line => void lines.push(line) }),
    });
  let app = await start();
  const redis = connectRedis({ url: env.REDIS_URL, observe: () => undefined });
  const keys = openKeys({ redis: redis.commands, namespace, now: Date.now });
  const apiKey = (await keys.create('deployer')).secret;
  const queueKey = (await keys.create('deployer', { queue: true })).secret;
  const clientOf = (key = apiKey) => connect({ url: app.api?.url ?? 'http://127.0.0.1:1', apiKey: key });
  let http = clientOf();
  const queue = connectQueue({ redisUrl: env.REDIS_URL, namespace, key: queueKey });
  const written = async <T>(field: 'entry' | 'fact'): Promise<T[]> => {
    const stream = await redis.commands.xrange(keyspace(namespace).audit, '-', '+');
    const texts = stream.flatMap(([, fields]) => fields.filter((_text, i) => fields[i - 1] === field));
    return texts.map(text => understood(JSON.parse(text) as T));
  };
  const audit = async (id: string) => {
    const entries = await written<StoredEntry>('entry');
    return entries.filter(entry => entry.request === id);
  };
  return {
    workspace,
    namespace,
    env,
    queue,
    apiKey,
    lines,
    get app() {
      return app;
    },
    get http() {
      return http;
    },
    service: async name => clientOf((await keys.create(name)).secret),
    async person(id) {
      const { secret } = await keys.createForPerson(id);
      return { http: clientOf(secret), apiKey: secret };
    },
    async record(id) {
      const text = await redis.commands.hget(keyspace(namespace).request(id), 'record');
      if (text === null) throw new Error(`no record of ${id}`);
      return JSON.parse(text) as RequestRecord;
    },
    ttl: id => redis.commands.ttl(keyspace(namespace).request(id)),
    audit,
    events: async id => (await audit(id)).map(({ event }) => event as EventName),
    notes: () => written<StoredFact>('fact'),
    async restart() {
      await app.stop();
      app = await start();
      http = clientOf();
    },
    async stop() {
      await Promise.all([http.close(), queue.close()]);
      await app.stop();
      await redis.close();
      if (beside === undefined) await workspace.close();
    },
  };
}

/** Houses and services of one test each: whatever a test opens ends with it, the newest first. */
export function perTest() {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    async open(options?: HouseOptions): Promise<House> {
      const house = await openHouse(options);
      ends.push(() => house.stop());
      return house;
    },
    async ended<T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
      const service = await starting;
      ends.push(() => service.stop());
      return service;
    },
  };
}
