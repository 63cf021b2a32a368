// npm run bench -- --neighbours: what service B gets while service A asks for too much, each row with its limit.
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis, type RedisConnections } from '../../src/adapters/redis/connect.ts';
import { type Keys, openKeys } from '../../src/adapters/redis/keys.ts';
import { connect, type HttpCountersign } from '../../src/client/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { startRedis } from '../../src/local/setup/services.ts';
import { openWorkspace, type Workspace } from '../../src/local/slack/workspace.ts';
import { startCountersign } from '../../src/main.ts';
import { crowd } from './crowd.ts';

const PEOPLE = resolve(import.meta.dirname, '../../src/local/demo/people.yaml');
const CHANNEL = 'C0APPROVALS';

export type Row = { readonly does: string; readonly got: string; readonly must: string; readonly holds: boolean };

type Street = {
  readonly a: HttpCountersign;
  readonly b: HttpCountersign;
  readonly url: string;
  readonly keyOfA: string;
  readonly keys: Keys;
  readonly redis: RedisConnections;
  readonly workspace: Workspace;
};

const allowed = (n: number): Submission => ({
  action: 'delete-resource',
  user: { id: 'alice', role: 'admin' },
  resource: { type: 'bucket', id: `b-${n}`, state: 'active' },
});
const needingPeople = (n: number): Submission => ({
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: `payments-${n}`, environment: 'prod' },
});
/** About so many KB of small objects. */
const weighing = (kb: number, n: number): Submission => ({
  ...allowed(n),
  params: {
    rows: Array.from({ length: kb * 16 }, (_, id) => ({ id, text: 'a-small-value-of-an-object-of-many'.slice(0, 36) })),
  },
});

/** All rows, each on an installation of its own, so that none suffers from the one before. */
export async function measureNeighbours(opaUrl: string, note: (text: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const measure of [heavyRequests, manyWaiters, largeLists, flood, fullRedis]) {
    const row = await onStreet(opaUrl, measure);
    rows.push(row);
    note(`${row.does}: ${row.got}`);
  }
  return rows;
}

async function onStreet(opaUrl: string, measure: (street: Street) => Promise<Row>): Promise<Row> {
  const service = await startRedis({ maxmemory: '600mb' });
  const workspace = await openWorkspace();
  const namespace = `bench-${randomUUID()}`;
  const redis = connectRedis({ url: service.url, observe: () => undefined });
  const keys = openKeys({ redis: redis.commands, namespace, now: Date.now });
  const app = await startCountersign(
    loadConfig(
      {
        REDIS_URL: service.url,
        OPA_URL: opaUrl,
        COUNTERSIGN_NAMESPACE: namespace,
        COUNTERSIGN_PEOPLE: PEOPLE,
        SLACK_BOT_TOKEN: workspace.botToken,
        SLACK_APP_TOKEN: workspace.appToken,
        SLACK_API_URL: workspace.apiUrl,
        APPROVALS_CHANNEL: CHANNEL,
        API_PORT: '0',
        LOG_LEVEL: 'silent',
      },
      ['api', 'worker', 'slack'],
    ),
  );
  const url = app.api?.url ?? '';
  const keyOfA = (await keys.create('a')).secret;
  const a = connect({ url, apiKey: keyOfA, retryForMs: 120_000 });
  const b = connect({ url, apiKey: (await keys.create('b')).secret, retryForMs: 120_000 });
  try {
    await b.request(allowed(-1)); // warm
    return await measure({ a, b, url, keyOfA, keys, redis, workspace });
  } finally {
    await Promise.all([a.close(), b.close()]);
    await app.stop();
    await redis.close();
    await workspace.close();
    await service.stop();
  }
}

async function heavyRequests({ b, url, keyOfA }: Street): Promise<Row> {
  const bodies = Array.from({ length: 64 }, (_, n) => JSON.stringify(weighing(900, n)));
  const calls = crowd({ method: 'POST', url: `${url}/v1/requests`, key: keyOfA, bodies });
  await pause(100); // it is under way
  const worst = await worstOf(20, async n => void (await b.request(allowed(n))));
  const statuses = await calls;
  const taken = statuses.filter(status => status === 201).length;
  const got = `decided after ${seconds(worst)}; of A's ${taken} were taken at once, the others told to wait`;
  return row('64 requests of 0.9 MB of small objects', got, worst, 2_000);
}

async function manyWaiters({ a, b, url, keyOfA }: Street): Promise<Row> {
  const { id } = await a.submit({ ...weighing(400, 1), action: 'deploy', resource: needingPeople(1).resource });
  const waits = crowd({
    method: 'GET',
    url: `${url}/v1/requests/${id}/wait?timeout=5s`,
    key: keyOfA,
    bodies: Array<string>(150).fill(''),
  });
  let worst = 0;
  for (let n = 0; n < 60; n++) {
    worst = Math.max(worst, await worstOf(1, async () => void (await b.submit(allowed(n)))));
    await pause(100);
  }
  await waits;
  return row('150 long-polls on one 0.4 MB request', `a submit took up to ${seconds(worst)}`, worst, 1_000);
}

async function largeLists({ a, b, url, keyOfA }: Street): Promise<Row> {
  for (let n = 0; n < 100; n++) await a.submit(weighing(900, n));
  const bodies = Array<string>(10).fill('');
  const lists = crowd({ method: 'GET', url: `${url}/v1/requests?limit=100`, key: keyOfA, bodies });
  const worst = await worstOf(20, async n => void (await b.request(allowed(n))));
  const statuses = await lists;
  const refused = statuses.filter(status => status >= 500).length;
  const got = `B waited ${seconds(worst)}; of A's ${statuses.filter(status => status === 200).length} answered, ${refused} with 5xx`;
  const judged = row('10 parallel lists of 100 × 0.9 MB', got, worst, 3_000);
  return { ...judged, holds: judged.holds && refused === 0 };
}

async function flood({ a, b, workspace }: Street): Promise<Row> {
  for (let n = 0; n < 600; n += 16) {
    await Promise.all(Array.from({ length: Math.min(16, 600 - n) }, (_, i) => a.submit(needingPeople(n + i))));
  }
  const beganAt = performance.now();
  const { id } = await b.submit(needingPeople(10_000));
  const isPosted = () => workspace.history(CHANNEL).some(message => JSON.stringify(message).includes(id));
  await workspace.until("B's card", isPosted, 120_000);
  const tookMs = performance.now() - beganAt;
  return row('600 requests that need people', `B's card after ${seconds(tookMs)}`, tookMs, 20_000);
}

async function fullRedis({ a, b, keys, redis }: Street): Promise<Row> {
  const { info } = await keys.create('a');
  let refused = 0;
  // A stores until it is told to stop; what it may have is less than there is.
  for (let n = 0; n < 400 && refused === 0; n++) {
    await a.submit(weighing(900, n), { timeoutMs: 5_000 }).catch(() => {
      refused += 1;
    });
  }
  const worst = await worstOf(5, async n => void (await b.request(allowed(n))));
  await redis.commands.config('SET', 'maxmemory', '1mb');
  const isRevoked = await keys.revoke(info.id).catch(() => false);
  await redis.commands.config('SET', 'maxmemory', '600mb');
  const got = `A was ${refused > 0 ? 'told to stop' : 'never told'}, B decided after ${seconds(worst)}, keys revoke ${isRevoked ? 'worked' : 'failed'} in a full Redis`;
  const judged = row('fills Redis', got, worst, 2_000);
  return { ...judged, must: 'revocation works, B works', holds: judged.holds && isRevoked && refused > 0 };
}

async function worstOf(times: number, act: (n: number) => Promise<void>): Promise<number> {
  let worst = 0;
  for (let n = 0; n < times; n++) {
    const beganAt = performance.now();
    await act(n);
    worst = Math.max(worst, performance.now() - beganAt);
  }
  return worst;
}

function row(does: string, got: string, tookMs: number, limitMs: number): Row {
  return { does, got, must: `under ${limitMs / 1_000} s`, holds: tookMs < limitMs };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function neighboursTable(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ does, got, must, holds }) => `${holds ? 'pass' : 'FAIL'}  ${does.padEnd(42)}${got} (must be: ${must})`,
  );
  return `\nWhat service B gets while service A asks for too much\n\n${lines.join('\n')}\n`;
}
