// Users of Redis with the least rights: each role works with its own, and a service can do nothing but ask and be answered.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aclRules, type RedisUser, type ServerUser } from '../../src/adapters/redis/acl.ts';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import type { Countersign as Client } from '../../src/client/index.ts';
import { connectQueue } from '../../src/client/queue.ts';
import { loadConfig } from '../../src/config.ts';
import { intakeQueue, queuePrefix } from '../../src/contract/queue.ts';
import { type Countersign, startCountersign } from '../../src/main.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { namespace, startRedis } from '../support/services.ts';
import { deploy, remove } from './asked.ts';

const space = namespace();
const keys = keyspace(space);
let redis: Awaited<ReturnType<typeof startRedis>>;
let admin: Redis;
let house: House;
let client: Client;
let asService: Redis;
const running: Countersign[] = [];

const urlOf = (name: string) => redis.url.replace('redis://', `redis://${name}:${name}-word@`);

async function allow(name: string, user: RedisUser): Promise<void> {
  await admin.call('ACL', 'SETUSER', name, 'on', `>${name}-word`, ...aclRules(user, space).split(' '));
}

beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url);
  for (const server of ['server', 'api', 'worker', 'slack'] satisfies ServerUser[]) await allow(server, { server });
  for (const service of ['deployer', 'neighbour']) await allow(service, { service });
  house = await openHouse({ namespace: space, roles: ['api'], env: { REDIS_URL: urlOf('api') } });
  for (const role of ['worker', 'slack'] as const) {
    running.push(
      await startCountersign(loadConfig({ ...house.env, LOG_LEVEL: 'silent', REDIS_URL: urlOf(role) }, [role])),
    );
  }
  const { secret } = await openKeys({ redis: admin, namespace: space, now: Date.now }).create('deployer', {
    queue: true,
  });
  client = connectQueue({ redisUrl: urlOf('deployer'), namespace: space, key: secret });
  asService = new Redis(urlOf('deployer'));
}, 60_000);
afterAll(async () => {
  await client?.close();
  asService?.disconnect();
  for (const process of running) await process.stop();
  await house?.stop();
  admin?.disconnect();
  await redis?.stop();
});

/** What Redis refused since it was last asked, by user. CONFIG GET is only tried: it tells more than we need. */
async function refused(): Promise<string[]> {
  const entries = (await admin.call('ACL', 'LOG', '100')) as unknown[][];
  await admin.call('ACL', 'LOG', 'RESET');
  const told = entries.map(entry => {
    const of = (name: string) => String(entry[entry.indexOf(name) + 1]);
    return `${of('username')}: ${of('reason')} ${of('object')}`;
  });
  return told.filter(line => !line.endsWith('config|get'));
}

describe('each role with a user of its own', () => {
  it('does its whole work, for a service that asks through the queue with a user of its own', async () => {
    const { id } = await client.submit(deploy);
    const waited = client.wait(id);
    await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
    expect(await waited).toMatchObject({ id, status: 'approved', resolved_by: 'people' });
    const { grant = '' } = await house.http.read(id);
    expect(await house.http.redeem(grant, deploy)).toMatchObject({ id, uses: 1 });
    expect(await refused()).toEqual([]);
  });

  it('does it over HTTP, with the clock, links and keys of people', async () => {
    expect(await house.http.request(remove)).toMatchObject({ status: 'approved' });
    expect(await house.http.request({ ...deploy, expires_in: '1s' })).toMatchObject({ status: 'expired' });
    const erin = await house.person('erin');
    await erin.http.linked();
    await house.workspace.as('U0BOB').command('/approvals link ABCD-EFGH', 'approvals');
    const { http } = await house.person('bob');
    const pending = await house.http.submit(deploy);
    await cardOf(house.workspace, pending.id);
    await http.vote(pending.id, { vote: 'deny', reason: 'not today' });
    expect(await house.http.wait(pending.id)).toMatchObject({ status: 'denied' });
    expect(await refused()).toEqual([]);
  });
});

describe("a service's user", () => {
  it.each<[string, (redis: Redis, other: string) => Promise<unknown>]>([
    ["another service's request", (user, id) => user.hgetall(keys.request(id))],
    ['its own record, which holds what people must not see', (user, id) => user.hget(keys.request(id), 'record')],
    ["another service's answer", (user, id) => user.get(keys.answer('neighbour', id))],
    ["another service's answers", user => user.xrevrange(keys.answers('neighbour'), '+', '-', 'COUNT', 1)],
    [
      "another service's envelope",
      (user, id) => user.hget(`${queuePrefix(space)}:${intakeQueue('neighbour')}:${id}`, 'data'),
    ],
    ['keys', user => user.call('HGETALL', keys.keys)],
    ['the key that signs grants', user => user.get(keys.grantKey)],
    ['the audit', user => user.xrevrange(keys.audit, '+', '-', 'COUNT', 1)],
  ])('reads not %s', async (_what, read) => {
    await expect(read(asService, 'req_00000000000000000000000000')).rejects.toThrow(/NOPERM/);
  });

  it.each<[string, (redis: Redis, id: string) => Promise<unknown>]>([
    [
      'an answer, also its own',
      (user, id) => user.eval("return redis.call('SET', KEYS[1], 'yes')", 1, keys.answer('deployer', id)),
    ],
    ['a key of a service', user => user.hset(keys.keys, 'mine', '{}')],
    [
      "another service's envelope",
      (user, id) => user.hset(`${queuePrefix(space)}:${intakeQueue('neighbour')}:${id}`, 'data', '{}'),
    ],
    ['the shared intake', user => user.lpush(`${queuePrefix(space)}:requests:wait`, 'x')],
    ['a record', (user, id) => user.hset(keys.request(id), 'record', '{}')],
    ['an effect', user => user.xadd(keys.outbox, '*', 'key', 'x')],
    ['the audit', user => user.xadd(keys.audit, '*', 'fact', '{}')],
  ])('writes not %s', async (_what, write) => {
    await expect(write(asService, 'req_00000000000000000000000000')).rejects.toThrow(/NOPERM|can't access/);
  });

  it.each([
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['SHUTDOWN'],
    ['MONITOR'],
    ['SCAN', '0'],
  ])('may not say %s', async (command, ...rest) => {
    await expect(asService.call(command, ...rest)).rejects.toThrow(/NOPERM/);
  });

  it('is told plainly when it has fewer rights than it needs', async () => {
    const { secret } = await openKeys({ redis: admin, namespace: space, now: Date.now }).create('neighbour', {
      queue: true,
    });
    const wrong = connectQueue({ redisUrl: urlOf('deployer'), namespace: space, key: secret });
    await expect(wrong.submit(remove)).rejects.toMatchObject({
      code: 'redis_refuses',
      message: expect.stringContaining('countersign redis acl --service'),
    });
    await wrong.close();
  });
});
