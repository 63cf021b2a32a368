// What every store must do, whatever it is made of.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, type StepResult, together } from '../../src/domain/change.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Status } from '../../src/domain/lifecycle.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { broken, cancelled } from '../../src/domain/steps/ended.ts';
import { type Submitted, submitted } from '../../src/domain/steps/submitted.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Store } from '../../src/flow/ports.ts';
import { swap } from '../../src/flow/swap.ts';

export const aSubmission: Submission = {
  action: 'delete-resource',
  user: { id: 'alice', role: 'admin' },
  resource: { type: 'bucket', id: 'b-42', state: 'active' },
  callback: 'https://deployer.example/hook',
};

/** The change that creates a request. */
export function creation(event: Partial<Submitted> = {}, now = Date.now()): Change {
  const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
  return submitted({ service, submission: aSubmission, key: randomUUID(), defaultExpiryMs: 3_600_000, ...event }, now);
}

/** Policy's answer, applied; `message` makes it tell-tale. */
export function verdict(record: RequestRecord, outcome: 'allow' | 'deny', message: string = randomUUID()): Change {
  const decision: Decision = {
    contract: 1,
    outcome,
    reasons: [{ code: 'said_so', message }],
    votes: [],
    obligations: [],
  };
  return stepped(decided(record, { phase: 'submit', decision, policy: {}, votes: [] }, Date.now()));
}

/** Policy alone lets an emergency pass, told that so many others broke glass. */
export function glassBroken(record: RequestRecord, others: number): Change {
  const decision: Decision = {
    contract: 1,
    outcome: 'allow',
    reasons: [{ code: 'on_call' }],
    votes: [],
    obligations: [{ type: 'after_review', within: '24h' }],
  };
  const input = policyInput(record, 'submit', Date.now(), [], { emergencies: others });
  return stepped(decided(record, { phase: 'submit', decision, policy: {}, votes: [], input }, Date.now()));
}

export const anEmergency: Submission = { ...aSubmission, emergency: true, reason: 'orders are down' };

export function stepped(result: StepResult): Change {
  if (result.kind === 'change') return result;
  throw new Error(`the step changed nothing: ${result.kind}`);
}

/** What a contract suite can see beyond the port. */
export type StoreUnderTest = {
  readonly store: Store;
  /** Keys of the effects stored for a request, in order. */
  effectKeys(id: string): Promise<readonly string[]>;
  /** Hashes of the audit entries stored for a request, in order. */
  auditHashes(id: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's contract`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    afterAll(() => under.close());

    const stored = async (event?: Partial<Submitted>) => {
      const change = creation(event);
      expect(await store.commit(change)).toEqual({ ok: true });
      return change.next;
    };

    it('reads back what was committed, and nothing where nothing was', async () => {
      const record = await stored();
      expect(await store.read(record.id)).toEqual(record);
      expect(await store.read('req_00000000000000000000000000')).toBeUndefined();
    });

    it('stores the record, its audit entries and its effects together', async () => {
      const record = await stored();
      const change = verdict(record, 'deny');
      await store.commit(change);
      expect(await under.effectKeys(record.id)).toEqual([`eff_${record.id}_2_0`]);
      const hashes = await under.auditHashes(record.id);
      expect(hashes).toHaveLength(3);
      expect(hashes.at(-1)).toBe(change.next.audit.hash);
    });

    it('answers a conflict with the record that won, and stores nothing of the loser', async () => {
      const record = await stored();
      const winner = verdict(record, 'allow');
      const loser = verdict(record, 'deny');
      expect(await store.commit(winner)).toEqual({ ok: true });
      expect(await store.commit(loser)).toEqual({ ok: false, actual: winner.next });
      expect(await under.auditHashes(record.id)).toEqual([
        record.audit.hash,
        ...winner.entries.map(({ hash }) => hash),
      ]);
      expect(await under.effectKeys(record.id)).toHaveLength(1);
    });

    it('lets one of two win that take the same step in the same millisecond', async () => {
      const one = creation();
      const answers = await Promise.all([one, structuredClone(one)].map(offer => store.commit(offer)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, actual: one.next });
    });

    it('answers ok to a change that is offered again because its answer was lost, and stores it once', async () => {
      const record = await stored();
      const change = verdict(record, 'deny');
      expect(await store.commit(change)).toEqual({ ok: true });
      expect(await store.commit(change)).toEqual({ ok: true });
      expect(await under.effectKeys(record.id)).toHaveLength(1);
      expect(await under.auditHashes(record.id)).toHaveLength(3);
    });

    it('does not bring back a request that is gone', async () => {
      const change = verdict(creation().next, 'allow');
      expect(await store.commit(change)).toEqual({ ok: false, actual: undefined });
      expect(await store.read(change.next.id)).toBeUndefined();
    });

    it('refuses a change that does not move the version by one', async () => {
      const change = creation();
      const skewed = { ...change, next: { ...change.next, version: 7 } };
      await expect(store.commit(skewed)).rejects.toThrow(Failure);
    });

    it('C1: two clicks at once, one winner, one polite refusal', async () => {
      const record = await stored();
      const [a, b] = await Promise.all(
        (['allow', 'deny'] as const).map(outcome =>
          swap(store, record.id, current =>
            current.status === 'pending'
              ? verdict(current, outcome)
              : { kind: 'refusal', code: 'already_resolved', record: current },
          ),
        ),
      );
      const kinds = [a?.kind, b?.kind].sort();
      expect(kinds).toEqual(['changed', 'refusal']);
      const won = [a, b].find(answer => answer?.kind === 'changed');
      const lost = [a, b].find(answer => answer?.kind === 'refusal');
      expect(lost).toEqual({ kind: 'refusal', code: 'already_resolved', record: won?.record });
    });

    it('C2: a race stores its effects once', async () => {
      const record = await stored();
      const tries = await Promise.all(Array.from({ length: 20 }, () => store.commit(verdict(record, 'allow'))));
      expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await under.effectKeys(record.id)).toEqual([`eff_${record.id}_2_0`]);
    });

    it('C3: concurrent identical submissions make one request', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
      const key = randomUUID();
      const offers = Array.from({ length: 50 }, () => creation({ service, key }));
      const answers = await Promise.all(offers.map(offer => store.commit(offer)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect((await store.list({ service: service.id, limit: 10 })).items).toHaveLength(1);
    });

    it('lets one of twenty break glass that were all told of none, and tells the others to judge again', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
      const records = await Promise.all(Array.from({ length: 20 }, () => stored({ service, submission: anEmergency })));
      const answers = await Promise.all(records.map(record => store.commit(glassBroken(record, 0))));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      for (const [i, answer] of answers.entries()) {
        const record = records[i];
        if (record === undefined || answer.ok) continue;
        expect(answer).toEqual({ ok: false, actual: record, isOutdated: true });
        expect(await under.effectKeys(record.id)).toEqual([]);
        expect(await under.auditHashes(record.id)).toHaveLength(1);
      }
      expect(await store.glassBrokenBy(service.id, '')).toBe(1);
    });

    it('lets as many break glass as are told truly of all others, one of which is not itself', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
      const broken: string[] = [];
      for (const others of [0, 1, 2]) {
        const record = await stored({ service, submission: anEmergency });
        expect(await store.glassBrokenBy(service.id, record.id)).toBe(others);
        const change = glassBroken(record, others);
        expect(await store.commit(change)).toEqual({ ok: true });
        expect(await store.commit(change)).toEqual({ ok: true }); // its answer was lost
        broken.push(record.id);
      }
      for (const id of broken) expect(await store.glassBrokenBy(service.id, id)).toBe(2);
      expect(await store.glassBrokenBy('another-service', '')).toBe(0);
    });

    it('breaks no glass with a request that is created decided, where it is outdated: nothing is there', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'queue_key' } as const;
      const created = () => {
        const first = creation({ service, submission: anEmergency });
        return together(first, glassBroken(first.next, 0));
      };
      const [one, two] = [created(), created()];
      expect(await store.commit(one)).toEqual({ ok: true });
      expect(await store.commit(two)).toEqual({ ok: false, actual: undefined, isOutdated: true });
      expect(await store.read(two.next.id)).toBeUndefined();
      expect(await under.auditHashes(two.next.id)).toEqual([]);
    });

    it('C11: 200 simultaneous approve/deny pairs end in one resolution each', async () => {
      const records = await Promise.all(Array.from({ length: 200 }, () => stored()));
      const pairs = await Promise.all(
        records.map(record =>
          Promise.all([store.commit(verdict(record, 'allow')), store.commit(verdict(record, 'deny'))]),
        ),
      );
      for (const pair of pairs) expect(pair.filter(({ ok }) => ok)).toHaveLength(1);
      for (const [i, record] of records.entries()) {
        const winner = pairs[i]?.[0].ok ? 'approved' : 'denied';
        expect((await store.read(record.id))?.status).toBe(winner);
        expect(await under.effectKeys(record.id)).toHaveLength(1);
      }
    });

    it('returns every record as it was given: empty lists, big numbers, any text', async () => {
      const json = fc.jsonValue().filter(value => JSON.stringify(value) !== undefined) as fc.Arbitrary<never>;
      await fc.assert(
        fc.asyncProperty(
          fc.dictionary(
            fc.string().filter(key => key !== '__proto__'),
            json,
          ),
          async params => {
            const fixed = { empty: [], none: {}, big: 9007199254740991, small: 1e-7, nul: '\u0000', last: params };
            const record = await stored({ submission: { ...aSubmission, params: JSON.parse(JSON.stringify(fixed)) } });
            expect(await store.read(record.id)).toEqual(record);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('gives pending requests as due, earliest first, and no longer once they are resolved', async () => {
      const long = -10 * 365 * 86_400_000;
      const at = Date.now() + long;
      const [late, early, ended] = await Promise.all(
        [2_000, 1_000, 1_500].map(async expiryMs => {
          const change = creation({ defaultExpiryMs: expiryMs }, at);
          await store.commit(change);
          return change.next;
        }),
      );
      if (late === undefined || early === undefined || ended === undefined) throw new Error('three were stored');
      await store.commit(stepped(cancelled(ended, at)));
      expect(await store.due(at + 999, 10)).toEqual([]);
      expect(await store.due(at + 1_000, 10)).toEqual([early.id]);
      expect(await store.due(at + 5_000, 10)).toEqual([early.id, late.id]);
      expect(await store.due(at + 5_000, 1)).toEqual([early.id]);
      for (const record of [early, late]) await store.commit(stepped(broken(record, 'over', at)));
    });

    it('lists newest first, page by page, while requests come and go', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
      const start = Date.now() - 60_000;
      // Threes share a millisecond: time alone does not order them.
      const created = Array.from({ length: 30 }, (_, i) => creation({ service }, start + Math.floor(i / 3)));
      for (const change of created) await store.commit(change);
      const seen: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await store.list({ service: service.id, limit: 4, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
        const next = created[pages++]?.next;
        if (next !== undefined) await store.commit(verdict(next, 'deny'));
        await store.commit(creation({ service }, Date.now()));
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(seen.length);
      expect(new Set(seen)).toEqual(new Set(created.map(({ next }) => next.id)));
      const times = seen.map(id => created.find(({ next }) => next.id === id)?.next.submittedAt ?? '');
      expect(times).toEqual([...times].sort().reverse());
    });

    it('lists by status', async () => {
      const service = { id: `service-${randomUUID()}`, auth: 'api_key' } as const;
      const [a, b, c] = [await stored({ service }), await stored({ service }), await stored({ service })];
      await store.commit(verdict(a, 'allow'));
      await store.commit(verdict(b, 'deny'));
      const ids = async (status: Status) =>
        (await store.list({ service: service.id, status, limit: 10 })).items.map(({ id }) => id);
      expect(await ids('approved')).toEqual([a.id]);
      expect(await ids('denied')).toEqual([b.id]);
      expect(await ids('pending')).toEqual([c.id]);
      expect(await ids('expired')).toEqual([]);
    });

    it("never lists another service's requests, and refuses a cursor that is none", async () => {
      const mine = await stored();
      await stored();
      expect((await store.list({ service: mine.service.id, limit: 10 })).items).toEqual([mine]);
      await expect(store.list({ service: mine.service.id, limit: 10, cursor: 'x' })).rejects.toMatchObject({
        code: 'bad_cursor',
      });
    });

    it('tells the time within a second of this machine', () => {
      expect(Math.abs(store.now() - Date.now())).toBeLessThan(1_000);
      expect(Number.isInteger(store.now())).toBe(true);
    });
  });
}
