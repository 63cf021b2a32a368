// What every keeper of standing approvals must do, whatever it is made of.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../src/domain/canonical.ts';
import { timestamp } from '../../src/domain/record.ts';
import { STANDING_ID, type StandingApproval } from '../../src/domain/standing.ts';
import type { StandingApprovals } from '../../src/flow/ports.ts';

export type StandingUnderTest = { readonly standing: StandingApprovals; close(): Promise<void> };

const HOUR_MS = 3_600_000;

const at = (now = Date.now()) => ({ now, most: 99 });

type Given = StandingApproval & { readonly covers: Digest };

export function given(over: Partial<StandingApproval> = {}): Given {
  const now = Date.now();
  return {
    id: `sta_${randomUUID().replaceAll('-', '')}`,
    scope: { service: `s-${randomUUID()}`, action: 'export', resource: { type: 'dataset', id: 'd' }, user: 'alice' },
    covers: digestOf(randomUUID()),
    digest: digestOf('request'),
    votes: [
      {
        by: { id: 'person:bob', user: 'bob', groups: ['owners'], kind: 'member' },
        vote: 'approve',
        at: timestamp(now),
        surface: 'cli',
      },
    ],
    request: 'req_1',
    grantedBy: 'bob',
    grantedAt: timestamp(now),
    expiresAt: timestamp(now + HOUR_MS),
    maxUses: 2,
    ...over,
  } as Given;
}

export function standingContract(name: string, open: () => Promise<StandingUnderTest>): void {
  describe(`${name} keeps standing approvals`, () => {
    let under: StandingUnderTest;
    let standing: StandingApprovals;
    beforeAll(async () => {
      under = await open();
      standing = under.standing;
    });
    afterAll(() => under.close());

    const kept = async (over?: Partial<StandingApproval>) => {
      const approval = given(over);
      expect(approval.id).toMatch(STANDING_ID);
      await standing.keep(approval, Date.now());
      return approval;
    };

    it('finds one by its id and by what it covers, and none that covers something else', async () => {
      const one = await kept();
      await kept();
      expect(await standing.find(one.id)).toEqual({ ...one, uses: 0 });
      expect(await standing.within(one.covers, 'req_2', Date.now())).toEqual([{ ...one, uses: 0 }]);
      expect(await standing.within(given().covers, 'req_2', Date.now())).toEqual([]);
      expect(await standing.find(given().id)).toBeUndefined();
    });

    it('keeps one that is offered again as it was first, with its uses', async () => {
      const one = await kept();
      await standing.use(one.id, 'req_2', at());
      await standing.keep({ ...one, maxUses: 99 }, Date.now());
      expect(await standing.find(one.id)).toEqual({ ...one, uses: 1 });
    });

    it('gives as many uses as there are, one to each request, and the same again to one that has it', async () => {
      const one = await kept();
      const takers = Array.from({ length: 20 }, (_, n) => `req_${n}`);
      const took = await Promise.all(takers.map(request => standing.use(one.id, request, at())));
      expect(took.filter(Boolean)).toHaveLength(2);
      expect(await standing.use(one.id, takers[took.indexOf(true)] ?? '', at())).toBe(true);
      expect(await standing.find(one.id)).toMatchObject({ uses: 2 });
    });

    it('gives no more than the caller says there may be, however many there are', async () => {
      const one = await kept({ maxUses: 9 });
      const most = (request: string) => standing.use(one.id, request, { now: Date.now(), most: 1 });
      expect([await most('req_2'), await most('req_3'), await most('req_2')]).toEqual([true, false, true]);
    });

    it('does not count the use that a request has itself, when it is looked up for it', async () => {
      const one = await kept({ maxUses: 2 });
      await standing.use(one.id, 'req_2', at());
      await standing.use(one.id, 'req_3', at());
      const usesFor = async (request: string) => [
        (await standing.find(one.id, request))?.uses,
        (await standing.within(one.covers, request, Date.now()))[0]?.uses,
      ];
      expect(await usesFor('req_2')).toEqual([1, 1]);
      expect(await usesFor('req_4')).toEqual([2, 2]);
      expect(await standing.find(one.id)).toMatchObject({ uses: 2 });
    });

    it('finds none that has ended among those that cover the same', async () => {
      const covers = digestOf(randomUUID());
      const short = await kept({ covers, expiresAt: timestamp(Date.now() + 60_000) });
      const long = await kept({ covers });
      const within = async (now: number) => (await standing.within(covers, 'req_2', now)).map(({ id }) => id).sort();
      expect(await within(Date.now())).toEqual([short.id, long.id].sort());
      expect(await within(Date.parse(short.expiresAt))).toEqual([long.id]);
    });

    it('gives none at its end, nor after it', async () => {
      const one = await kept();
      const end = Date.parse(one.expiresAt);
      expect(await standing.use(one.id, 'req_2', at(end))).toBe(false);
      expect(await standing.use(one.id, 'req_2', at(end - 1))).toBe(true);
      expect(await standing.use(given().id, 'req_2', at(end - 1))).toBe(false);
    });

    it('ends one for good by the first revocation', async () => {
      const one = await kept();
      const first = { by: 'bob', at: timestamp(Date.now()) };
      await standing.use(one.id, 'req_2', at());
      expect(await standing.revoke(one.id, first)).toEqual({ ...one, uses: 1, revoked: first });
      expect(await standing.revoke(one.id, { ...first, by: 'eve' })).toMatchObject({ revoked: first });
      expect(await standing.use(one.id, 'req_2', at())).toBe(false);
      expect(await standing.revoke(given().id, first)).toBeUndefined();
    });

    it('lists those whose end has not come, revoked or not', async () => {
      const now = Date.now();
      const [live, ended, over] = [await kept(), await kept(), await kept({ expiresAt: timestamp(now - 1) })];
      await standing.revoke(ended.id, { by: 'bob', at: timestamp(now) });
      const ids = (await standing.inForce(now)).items.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([live.id, ended.id]));
      expect(ids).not.toContain(over.id);
    });
  });
}
