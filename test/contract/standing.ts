// What every keeper of standing approvals must do, whatever it is made of.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timestamp } from '../../src/domain/record.ts';
import { STANDING_ID, type StandingApproval } from '../../src/domain/standing.ts';
import type { StandingApprovals } from '../../src/flow/ports.ts';

export type StandingUnderTest = { readonly standing: StandingApprovals; close(): Promise<void> };

const HOUR_MS = 3_600_000;

export function given(over: Partial<StandingApproval> = {}): StandingApproval {
  const now = Date.now();
  return {
    id: `sta_${randomUUID().replaceAll('-', '')}`,
    scope: { service: `s-${randomUUID()}`, action: 'export', resource: { type: 'dataset', id: 'd' }, user: 'alice' },
    request: 'req_1',
    grantedBy: 'bob',
    grantedAt: timestamp(now),
    expiresAt: timestamp(now + HOUR_MS),
    maxUses: 2,
    ...over,
  };
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
      await standing.keep(approval);
      return approval;
    };

    it('finds one by its id and by its scope, and none of another scope', async () => {
      const one = await kept();
      await kept();
      expect(await standing.find(one.id)).toEqual({ ...one, uses: 0 });
      expect(await standing.within(one.scope)).toEqual([{ ...one, uses: 0 }]);
      expect(await standing.within({ ...one.scope, actor: 'bot' })).toEqual([]);
      expect(await standing.find(given().id)).toBeUndefined();
    });

    it('keeps one that is offered again as it was first, with its uses', async () => {
      const one = await kept();
      await standing.use(one.id, 'req_2', Date.now());
      await standing.keep({ ...one, maxUses: 99 });
      expect(await standing.find(one.id)).toEqual({ ...one, uses: 1 });
    });

    it('gives as many uses as there are, one to each request, and the same again to one that has it', async () => {
      const one = await kept();
      const takers = Array.from({ length: 20 }, (_, n) => `req_${n}`);
      const took = await Promise.all(takers.map(request => standing.use(one.id, request, Date.now())));
      expect(took.filter(Boolean)).toHaveLength(2);
      expect(await standing.use(one.id, takers[took.indexOf(true)] ?? '', Date.now())).toBe(true);
      expect(await standing.find(one.id)).toMatchObject({ uses: 2 });
    });

    it('gives none at its end, nor after it', async () => {
      const one = await kept();
      const end = Date.parse(one.expiresAt);
      expect(await standing.use(one.id, 'req_2', end)).toBe(false);
      expect(await standing.use(one.id, 'req_2', end - 1)).toBe(true);
      expect(await standing.use(given().id, 'req_2', end - 1)).toBe(false);
    });

    it('ends one for good by the first revocation', async () => {
      const one = await kept();
      const first = { by: 'bob', at: timestamp(Date.now()) };
      await standing.use(one.id, 'req_2', Date.now());
      expect(await standing.revoke(one.id, first)).toEqual({ ...one, uses: 1, revoked: first });
      expect(await standing.revoke(one.id, { ...first, by: 'eve' })).toMatchObject({ revoked: first });
      expect(await standing.use(one.id, 'req_2', Date.now())).toBe(false);
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
