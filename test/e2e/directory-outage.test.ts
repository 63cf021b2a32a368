// The directory's address is down for longer than its last answer is believed: nothing is decided by it, and nothing is lost.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf } from '../support/cards.ts';
import { type House, PEOPLE, perTest } from '../support/house.ts';
import { redisUrl } from '../support/services.ts';
import { approved, post, toProd, toStaging } from './granted.ts';

const { open } = perTest();
const SOON = { timeout: 20_000, interval: 50 };
const AN_HOUR_MS = 3_600_000;

/** An address that answers with the people, while it is up. */
type Address = { readonly url: string; down(): Promise<void>; up(): Promise<void> };

const addresses: Address[] = [];
afterEach(async () => {
  for (const address of addresses.splice(0)) await address.down();
});

async function anAddress(): Promise<Address> {
  const people = readFileSync(PEOPLE, 'utf8');
  let server: Server | undefined;
  let port = 0;
  const address = {
    get url() {
      return `http://127.0.0.1:${port}/people`;
    },
    async up() {
      server = createServer((_, response) => response.end(people));
      await once(server.listen(port, '127.0.0.1'), 'listening');
      port = (server.address() as AddressInfo).port;
    },
    async down() {
      server?.closeAllConnections();
      server?.close();
      server = undefined;
    },
  };
  await address.up();
  addresses.push(address);
  return address;
}

const settings = ({ url }: Address) => ({ COUNTERSIGN_PEOPLE: url, PEOPLE_REFRESH: '1s', PEOPLE_MAX_AGE: '1m' });

/** The address goes down, and all this time passes: Countersign, started again, has nothing but an answer of an hour ago. */
async function longDown(house: House, address: Address): Promise<void> {
  await address.down();
  const redis = connectRedis({ url: redisUrl(), observe: () => undefined });
  await redis.commands.hset(keyspace(house.namespace).directory, 'good_at', Date.now() - AN_HOUR_MS);
  await redis.close();
  await house.restart();
}

async function wordTo(house: House, user: string, clicking: () => Promise<unknown>): Promise<string> {
  const heard = house.workspace.ephemerals(user).length;
  await clicking();
  return house.workspace.until(`a word to ${user}`, () => {
    const words = house.workspace.ephemerals(user);
    return words.length > heard ? JSON.stringify(words.at(-1)) : undefined;
  });
}

describe('while nobody is recognised any more', () => {
  it.each(['http', 'queue'] as const)(
    'a submission over %s is taken, waits and says why; it is decided when the address is back',
    async via => {
      const address = await anAddress();
      const house = await open({ env: settings(address) });
      await longDown(house, address);
      const { id } = await house[via].submit(toStaging);
      const trouble = async () => (await house.http.read(id).catch(() => undefined))?.trouble;
      await expect.poll(trouble, SOON).toMatch(/directory is too old.*COUNTERSIGN_PEOPLE/);
      expect(await house.http.read(id)).toMatchObject({ status: 'pending', reasons: [] });
      await address.up();
      expect(await house.http.wait(id, { timeoutMs: 20_000 })).toMatchObject({
        status: 'approved',
        resolved_by: 'policy',
      });
      expect(await house.events(id)).toEqual(expect.arrayContaining(['submitted', 'delayed', 'decided', 'resolved']));
    },
  );

  it('a submission that outlives its deadline is expired, not denied, and says why', async () => {
    const address = await anAddress();
    const house = await open({ env: settings(address) });
    await longDown(house, address);
    const view = await house.http.request({ ...toStaging, expires_in: '2s' });
    expect(view).toMatchObject({ status: 'expired', resolved_by: 'clock' });
    expect(view.resolution_reason).toMatch(/directory is too old/);
  });

  it('an agent’s submission is not taken, for nobody can say who answers for it: 503, and taken when sent again', async () => {
    const address = await anAddress();
    const house = await open({ env: settings(address) });
    await longDown(house, address);
    const byAgent: Submission = { ...toStaging, actor: { type: 'ai_agent', id: 'release-bot' } };
    const send = () => post(house, '/v1/requests', byAgent, { 'idempotency-key': 'of-the-agent' });
    expect(await send()).toMatchObject({ status: 503, json: { detail: expect.stringMatching(/\.$/) } });
    await address.up();
    await expect.poll(async () => (await send()).status, SOON).toBeLessThan(300);
    const [request] = (await house.http.list()).items;
    expect((await house.record(request?.id ?? '')).owner).toBe('alice');
  });

  it('a click is answered with why, and counts for nothing; the same person clicks again later, and it counts', async () => {
    const address = await anAddress();
    const house = await open({ env: settings(address) });
    const { id } = await house.http.submit(toProd);
    const card = await cardOf(house.workspace, id);
    await longDown(house, address);
    const bob = house.workspace.as('U0BOB');
    expect(await wordTo(house, 'U0BOB', () => bob.click(card, 'approve'))).toMatch(/again/);
    const meanwhile = await house.record(id);
    expect(meanwhile).toMatchObject({ status: 'pending', votes: [] });
    expect(await house.events(id)).not.toContain('voted');
    await address.up();
    await expect
      .poll(async () => {
        await bob.click(card, 'approve');
        return (await house.http.wait(id, { timeoutMs: 1_000 })).status;
      }, SOON)
      .toBe('approved');
    expect((await house.record(id)).votes).toMatchObject([{ by: { user: 'bob' }, counted: true }]);
  });

  it('a grant is not redeemed, and no use is counted; it is good again afterwards', async () => {
    const address = await anAddress();
    const house = await open({ env: settings(address) });
    const view = await approved(house, toStaging);
    await longDown(house, address);
    const { status } = await post(house, '/v1/redeem', { grant: view.grant, digest: view.digest });
    expect(status).toBe(503);
    expect((await house.record(view.id)).uses).toBe(0);
    await address.up();
    expect(await house.http.redeem(view.grant, toStaging)).toMatchObject({ uses: 1 });
  });
});
