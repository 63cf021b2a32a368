// How often a service may break glass: twenty at the same moment, over HTTP and the queue, through real Redis and OPA.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import type { RequestView } from '../../src/contract/request-view.ts';
import type { Asked } from '../../src/domain/recorded.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Message } from '../../src/local/slack/workspace.ts';
import { hasButton, textOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { refused, toProd } from './granted.ts';

const DAY_MS = 86_400_000;
/** As data.yaml says it. */
const PER_DAY = 3;

let house: House;
let redis: Redis;
beforeAll(async () => {
  house = await openHouse();
  redis = new Redis(house.env.REDIS_URL ?? '');
});
afterAll(async () => {
  await redis?.quit();
  await house?.stop();
});

let version = 0;
/** Dave is on call, and each deploys something else. */
const glass = (): Submission => ({
  ...toProd,
  user: { id: 'dave' },
  params: { version: ++version },
  emergency: true,
  reason: 'payments are down',
});

const codes = ({ reasons }: Pick<RequestView, 'reasons'>) => (reasons ?? []).map(({ code }) => code);

/** Each as it stands once policy has answered. */
async function askedFor(count: number): Promise<readonly RequestView[]> {
  const ids = await Promise.all(
    Array.from({ length: count }, async (_, i) => (await (i % 2 === 0 ? house.http : house.queue).submit(glass())).id),
  );
  return Promise.all(
    ids.map(id =>
      vi.waitFor(
        async () => {
          const view = await house.http.read(id);
          expect(codes(view)).not.toEqual([]);
          return view;
        },
        { timeout: 20_000 },
      ),
    ),
  );
}

describe('emergencies of one service', () => {
  it('do not pass as twenty that come at the same moment: as many as data allow pass, people are asked about the others', async () => {
    const views = await askedFor(20);
    const passed = views.filter(({ status }) => status === 'approved');
    const waiting = views.filter(({ status }) => status === 'pending');
    expect(passed).toHaveLength(PER_DAY);
    expect(waiting).toHaveLength(20 - PER_DAY);
    for (const view of passed) expect(view).toMatchObject({ resolved_by: 'policy', review: { status: 'open' } });
    for (const view of waiting) {
      expect(codes(view)).toEqual(expect.arrayContaining(['glass_used_up', 'needs_approval']));
    }
    // Each was judged by how many there were when it was stored: nobody passed on an older count.
    const told = await Promise.all(passed.map(async ({ id }) => askedOf(await house.audit(id))));
    expect(told.toSorted()).toEqual([0, 1, 2]);
  });

  it('do not count against themselves when they are used, and people may approve what found no glass left', async () => {
    const { items } = await house.http.list({ status: 'approved', limit: 10 });
    expect(items).toHaveLength(PER_DAY);
    for (const { id } of items) {
      const { grant, submission } = await granted(id);
      expect(await house.http.redeem(grant, submission)).toMatchObject({ uses: 1 });
    }
    const { items: waiting } = await house.http.list({ status: 'pending', limit: 20 });
    // So many cards of one service take their turns: whichever comes first.
    const [id, card] = await house.workspace.until('a card of those that wait', () => {
      const cards = house.workspace.history('C0APPROVALS').map(message => [idIn(message, waiting), message] as const);
      return cards.find((one): one is [string, Message] => one[0] !== undefined);
    });
    await house.workspace.as('U0BOB').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', resolved_by: 'people' });
    const { grant, submission } = await granted(id);
    expect(await house.http.redeem(grant, submission)).toMatchObject({ uses: 1 });
    expect(await redis.zcard(keyspace(house.namespace).glass('deployer'))).toBe(PER_DAY);
  });

  it('pass again once the first is a day old, one for one', async () => {
    const key = keyspace(house.namespace).glass('deployer');
    const [first] = await redis.zrange(key, '0', '0');
    await redis.zadd(key, String(Date.now() - DAY_MS), first ?? '');
    const [one] = await askedFor(1);
    const [two] = await askedFor(1);
    expect(one).toMatchObject({ status: 'approved', resolved_by: 'policy' });
    expect(two).toMatchObject({ status: 'pending' });
    expect(await redis.zscore(key, first ?? '')).toBeNull();
    expect(await redis.pttl(key)).toBeGreaterThan(DAY_MS - 60_000);
  });

  it('are refused their use where the limit was lowered since: a policy that tightened wins', async () => {
    const [newest] = (await house.http.list({ status: 'approved', limit: 1 })).items;
    const { grant, submission } = await granted(newest?.id ?? '');
    const key = keyspace(house.namespace).glass('deployer');
    await redis.zadd(key, String(Date.now()), 'req_counted_elsewhere');
    const words = /it now asks for more approval than was given/;
    await expect(house.http.redeem(grant, submission)).rejects.toEqual(refused('policy_changed', words));
  });
});

function idIn(message: Message, waiting: readonly { readonly id: string }[]): string | undefined {
  const about = waiting.find(({ id }) => textOf(message).includes(id));
  return hasButton(message, 'approve') ? about?.id : undefined;
}

async function granted(id: string) {
  const { submission } = await house.record(id);
  const view = await house.http.read(id);
  if (!('grant' in view) || view.grant === undefined) throw new Error(`${id} has no grant`);
  return { grant: view.grant, submission };
}

function askedOf(entries: Awaited<ReturnType<House['audit']>>): number | undefined {
  const asked = entries.findLast(({ event }) => event === 'decided')?.asked as Asked | undefined;
  return asked?.service.emergencies_24h;
}
