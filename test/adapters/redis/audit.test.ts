// The audit as it is stored: complete, in order, and each request's chain whole.
import { describe, expect, it } from 'vitest';
import { openAuditTail } from '../../../src/adapters/redis/audit.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { firstBreak } from '../../../src/domain/audit/chain.ts';
import { openAuditLog } from '../../../src/flow/audit-log.ts';
import type { AuditLine } from '../../../src/flow/ports.ts';
import { creation, verdict } from '../../contract/store.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

const auditOn = (opened: Opened) => openAuditLog({ tail: openAuditTail(opened) });

describe('the audit', () => {
  it('gives each request its whole chain, and everything in the order in which it was stored', async () => {
    const opened = await openOn(redisUrl());
    try {
      const records = await Promise.all(
        Array.from({ length: 600 }, async () => {
          const created = creation({ service: { id: 'audited', auth: 'api_key' } });
          await opened.store.commit(created);
          const decided = verdict(created.next, 'allow');
          await opened.store.commit(decided);
          return decided.next;
        }),
      );
      await opened.store.note({ event: 'envelope_refused', at: '2026-01-01T00:00:00.000Z', code: 'envelope_forged' });
      for (const record of records.slice(0, 20)) {
        const entries = await auditOn(opened).chainOf(record);
        expect(entries).toHaveLength(record.audit.seq);
        expect(firstBreak(entries)).toBeUndefined();
        expect(entries.at(-1)?.hash).toBe(record.audit.hash);
      }
      const lines: AuditLine[] = [];
      for await (const line of auditOn(opened).lines()) lines.push(line);
      expect(lines).toHaveLength(600 * 3 + 1);
      expect(lines.at(-1)).toMatchObject({ fact: { event: 'envelope_refused' } });
      const rest: AuditLine[] = [];
      for await (const line of auditOn(opened).lines(lines.at(-2)?.position)) rest.push(line);
      expect(rest).toEqual(lines.slice(-1));
    } finally {
      await opened.close();
    }
  });

  it('is read on past what somebody wrote there by hand', async () => {
    const opened = await openOn(redisUrl());
    try {
      const { audit } = keyspace(opened.namespace);
      for (const text of ['{"event": ', 'null', '7']) await opened.redis.xadd(audit, '*', 'fact', text);
      await opened.redis.xadd(audit, '*', 'colour', 'red');
      await opened.store.note({ event: 'envelope_refused', at: '2026-01-01T00:00:00.000Z', code: 'envelope_forged' });
      const lines: AuditLine[] = [];
      for await (const line of auditOn(opened).lines()) lines.push(line);
      expect(lines).toMatchObject([{ fact: { event: 'envelope_refused', v: 2 } }]);
    } finally {
      await opened.close();
    }
  });

  it('shows an entry that was altered, and one that is missing', async () => {
    const opened = await openOn(redisUrl());
    try {
      const created = creation();
      await opened.store.commit(created);
      const decided = verdict(created.next, 'deny');
      await opened.store.commit(decided);
      const entries = await auditOn(opened).chainOf(decided.next);
      const [first, second, third] = entries;
      if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
      expect(firstBreak([first, { ...second, outcome: 'allow' }, third])?.seq).toBe(2);
      expect(firstBreak([first, third])?.seq).toBe(3);
      await opened.redis.del(keyspace(opened.namespace).audit);
      expect(await auditOn(opened).chainOf(decided.next)).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});
