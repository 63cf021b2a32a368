// Random histories: whatever several processes try at once, each request's story afterwards is one that could be told.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuditTail } from '../../../src/adapters/redis/audit.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { firstBreak } from '../../../src/domain/audit/chain.ts';
import type { Change, StepResult } from '../../../src/domain/change.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { broken, cancelled, delayed } from '../../../src/domain/steps/ended.ts';
import { openAuditLog } from '../../../src/flow/audit-log.ts';
import { swap } from '../../../src/flow/swap.ts';
import { creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

/** What a process may do to a request; each is the real step. */
const steps: { readonly [name: string]: (record: RequestRecord, now: number) => StepResult } = {
  allow: (record: RequestRecord) => (record.status === 'pending' ? verdict(record, 'allow') : refuse('late', record)),
  deny: (record: RequestRecord) => (record.status === 'pending' ? verdict(record, 'deny') : refuse('late', record)),
  cancel: cancelled,
  breakdown: (record: RequestRecord, now: number) => broken(record, 'it broke', now),
  delay: (record: RequestRecord, now: number) => delayed(record, `trouble ${Math.random()}`, now),
};

const act = fc.record({
  process: fc.nat(2),
  request: fc.nat(2),
  step: fc.constantFrom(...Object.values(steps)),
});

describe('random histories', () => {
  let processes: Opened[];
  beforeAll(async () => {
    const first = await openOn(redisUrl());
    processes = [first];
    for (let i = 0; i < 2; i++) processes.push(await openOn(redisUrl(), { namespace: first.namespace }));
  });
  afterAll(async () => {
    for (const opened of processes.reverse()) await opened.close();
  });

  it('leave each request resolved at most once, with a whole chain and just the effects of what was stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async acts => {
        const [one] = processes;
        if (one === undefined) throw new Error('there are three');
        const created = [0, 1, 2].map(() => creation({ service: { id: 'historic', auth: 'api_key' } }));
        for (const change of created) await one.store.commit(change);
        const won: Change[] = [...created];
        await Promise.all(
          acts.map(async ({ process, request, step }) => {
            const id = created[request]?.next.id ?? '';
            const swapped = await swap(processes[process]?.store ?? one.store, id, step);
            if (swapped.kind === 'changed') won.push(swapped.change);
          }),
        );
        for (const { next } of created) {
          const record = await one.store.read(next.id);
          if (record === undefined) throw new Error('it was stored');
          const mine = won.filter(change => change.next.id === next.id).sort((a, b) => a.expected - b.expected);
          // One change for each version: nobody was told to have won who did not, and nobody won twice.
          expect(mine.map(({ expected }) => expected)).toEqual([...mine.keys()]);
          expect(record).toEqual(JSON.parse(JSON.stringify(mine.at(-1)?.next)));
          const entries = await openAuditLog({ tail: openAuditTail(one) }).chainOf(record);
          expect(firstBreak(entries)).toBeUndefined();
          expect(entries.at(-1)?.hash).toBe(record.audit.hash);
          expect(entries.map(({ hash }) => hash)).toEqual(
            mine.flatMap(change => change.entries.map(({ hash }) => hash)),
          );
          expect(entries.filter(({ event }) => event === 'resolved')).toHaveLength(record.status === 'pending' ? 0 : 1);
          expect(await one.effectKeys(next.id)).toHaveLength(mine.flatMap(({ effects }) => effects).length);
          const deadline = await one.redis.zscore(keyspace(one.namespace).deadlines, next.id);
          expect(deadline === null).toBe(record.status !== 'pending');
        }
      }),
      { numRuns: 40 },
    );
  });
});
