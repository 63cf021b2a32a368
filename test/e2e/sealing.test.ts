// The audit is sealed while requests come and go: by one process at a time, whole, and without anything being lost or sealed twice.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAuditTail } from '../../src/adapters/redis/audit.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { openSealableStream, watchSealing } from '../../src/adapters/redis/sealing.ts';
import { openSealedLog } from '../../src/adapters/segments/read.ts';
import { logFolder } from '../../src/adapters/segments/write.ts';
import { firstBreak } from '../../src/domain/audit/chain.ts';
import { signingKey } from '../../src/domain/log/note.ts';
import { openAuditLog } from '../../src/flow/audit-log.ts';
import { heldBack } from '../../src/flow/held-back.ts';
import type { AuditLine, Observation, Policy } from '../../src/flow/ports.ts';
import { openSealer } from '../../src/flow/seal.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { creation, verdict } from '../contract/store.ts';
import { scratchDir } from '../support/scratch.ts';
import { redisUrl } from '../support/services.ts';

const key = signingKey('test.example/audit', generateKeyPairSync('ed25519').privateKey);

type Installation = { readonly opened: Opened; readonly dir: string };

async function installation(): Promise<Installation> {
  const opened = await openOn(redisUrl());
  onTestFinished(() => opened.close());
  return { opened, dir: scratchDir() };
}

function sealerOf({ opened, dir }: Installation, { keepMs = 3_600_000 } = {}) {
  const seen: Observation[] = [];
  const notes: string[] = [];
  const stream = openSealableStream({ ...opened, now: Date.now, leaseMs: 60_000 });
  const sealer = openSealer({
    stream,
    folder: logFolder(dir, key),
    keepMs,
    observe: observation => seen.push(observation),
    onCheckpoint: note => notes.push(note),
  });
  onTestFinished(() => sealer.close());
  return { ...sealer, seen, notes };
}

async function request({ opened }: Installation) {
  const created = creation({ service: { id: 'sealed', auth: 'api_key' } });
  await opened.store.commit(created);
  const decided = verdict(created.next, 'allow');
  await opened.store.commit(decided);
  return decided.next;
}

const endTurn = ({ opened }: Installation) => opened.redis.hset(keyspace(opened.namespace).sealing, 'until', '0');

function auditOf({ opened, dir }: Installation) {
  const sealed = openSealedLog(dir);
  onTestFinished(() => sealed.close());
  return openAuditLog({ tail: openAuditTail(opened), sealed });
}

async function read(house: Installation): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for await (const line of auditOf(house).lines()) lines.push(line);
  return lines;
}

const hashes = (lines: readonly AuditLine[]) => lines.map(line => ('entry' in line ? line.entry.hash : line.position));

describe('the sealer', () => {
  it('takes away what is sealed, and every reader goes on as before', async () => {
    const house = await installation();
    const record = await request(house);
    const before = await read(house);
    const chain = await auditOf(house).chainOf(record);
    const sealer = sealerOf(house, { keepMs: -1 });
    await sealer.round();
    const { audit, auditOf: places } = keyspace(house.opened.namespace);
    expect(await house.opened.redis.xlen(audit)).toBe(0);
    expect(await read(house)).toEqual(before.map((line, i) => ({ ...line, index: Math.min(1, i) })));
    expect(await auditOf(house).chainOf(record)).toEqual(chain);
    expect(firstBreak(chain)).toBeUndefined();
    const later = await request(house);
    expect((await read(house)).at(-1)).toMatchObject({ entry: { hash: later.audit.hash } });
    await sealer.round();
    await house.opened.redis.del(places(record.id));
    expect((await auditOf(house).of(record.id)).map(line => 'entry' in line && line.entry)).toEqual(chain);
    expect(sealer.notes).toHaveLength(2);
    const elsewhere = openAuditLog({ tail: openAuditTail(house.opened), sealed: openSealedLog(scratchDir()) });
    await expect(elsewhere.of(record.id)).rejects.toMatchObject({ code: 'audit_gap' });
  });

  it('leaves in Redis what is not old enough, and seals nothing twice, whoever takes over and however often', async () => {
    const house = await installation();
    const lines = [];
    for (let i = 0; i < 3; i += 1) {
      await request(house);
      await sealerOf(house).round();
      await endTurn(house); // as that of a process that was killed
      lines.push(hashes(await read(house)));
    }
    expect(lines.map(found => found.length)).toEqual([3, 6, 9]);
    expect(new Set(lines.at(-1)).size).toBe(9);
    expect(await house.opened.redis.xlen(keyspace(house.opened.namespace).audit)).toBe(6);
  });

  it('is one at a time: of two that start together one seals, and one that was overtaken adds nothing', async () => {
    const house = await installation();
    await request(house);
    const [one, two] = [sealerOf(house), sealerOf(house)];
    await Promise.all([one.round(), two.round()]);
    expect(one.notes.length + two.notes.length).toBe(1);
    const slow = sealerOf(house);
    await endTurn(house);
    await slow.round();
    await endTurn(house);
    await request(house);
    await sealerOf(house).round();
    await slow.round(); // somebody else's turn
    expect(slow.notes).toEqual([]);
    expect(new Set(hashes(await read(house))).size).toBe(6);
  });

  it('finds that Redis fell back to an older state, says so, keeps what was sealed and seals what came instead', async () => {
    const house = await installation();
    const { redis, namespace } = house.opened;
    const { audit } = keyspace(namespace);
    const sealer = sealerOf(house);
    await request(house);
    await sealer.round();
    const copy = await redis.dump(audit);
    const copied = await redis.callBuffer('DUMP', audit);
    expect(copy).not.toBeNull();
    const lost = await request(house);
    await sealer.round();
    await redis.callBuffer('RESTORE', audit, '0', copied as Buffer, 'REPLACE');
    // A clock that is behind: its new positions stand before those that were sealed.
    const sealedTo = (await openSealedLog(house.dir).furthest()) ?? '';
    const [ms = 0] = sealedTo.split('-').map(Number);
    await redis.xadd(audit, `${ms}-0`, 'fact', '{"event":"written on the replica"}').catch(() => undefined);
    const instead = await request(house);
    await sealer.round();
    expect(sealer.seen).toMatchObject([{ kind: 'trouble', code: 'audit_fell_back' }]);
    const found = hashes(await read(house));
    expect(found).toContain(lost.audit.hash);
    expect(found).toContain(instead.audit.hash);
    expect(new Set(found).size).toBe(found.length);
    await sealer.round();
    expect(hashes(await read(house))).toEqual(found);
    expect(sealer.seen).toHaveLength(1);
  });

  it('keeps going past what somebody wrote into the stream by hand, and seals it as it is', async () => {
    const house = await installation();
    const { audit } = keyspace(house.opened.namespace);
    await house.opened.redis.xadd(audit, '*', 'colour', 'red');
    const record = await request(house);
    await sealerOf(house, { keepMs: -1 }).round();
    expect(await house.opened.redis.xlen(audit)).toBe(0);
    expect((await auditOf(house).of(record.id)).map(({ index }) => index)).toEqual([1, 2, 2]);
  });
});

describe('while sealing is behind', () => {
  const answering = (outcome: 'allow' | 'deny'): Policy => ({
    ask: async () => ({ kind: 'answer', decision: { outcome } as never, policy: {} }),
  });

  it('nothing new is approved, denials and redemptions go on, and readiness says what to do', async () => {
    const house = await installation();
    const { redis, namespace } = house.opened;
    let now = Date.now();
    const watch = watchSealing({ redis, namespace, now: () => now, mostMs: 60_000 });
    onTestFinished(() => watch.stop());
    expect(await watch.check()).toMatchObject({ ok: true, detail: expect.stringContaining('role sealer') });
    await sealerOf(house).round();
    await request(house);
    const ask = (outcome: 'allow' | 'deny', phase: string) =>
      heldBack(answering(outcome), watch, 60_000).ask({ phase } as never);
    expect(await watch.check()).toMatchObject({ ok: true });
    await ask('allow', 'vote');
    now += 120_000;
    expect(await watch.check()).toMatchObject({ ok: false, detail: expect.stringContaining('AUDIT_DIR') });
    await expect(ask('allow', 'vote')).rejects.toMatchObject({ code: 'audit_unsealed', isTransient: true });
    await ask('deny', 'vote');
    await ask('allow', 'redeem');
  });
});
