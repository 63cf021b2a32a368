// A full Redis: what tightens must still work, whoever filled it, and what cannot be done says why.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuditTail } from '../../../src/adapters/redis/audit.ts';
import { type Keys, openKeys } from '../../../src/adapters/redis/keys.ts';
import { openStanding } from '../../../src/adapters/redis/standing.ts';
import type { StoredFact } from '../../../src/domain/audit/chain.ts';
import { revoke } from '../../../src/flow/revoke.ts';
import { revokeStanding } from '../../../src/flow/standing.ts';
import { startRedis } from '../../../src/local/setup/services.ts';
import { given } from '../../contract/standing.ts';
import { creation, verdict } from '../../contract/store.ts';
import { type Opened, openOn } from './opened.ts';

describe('in a Redis without memory left', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let opened: Opened;
  let keys: Keys;
  beforeAll(async () => {
    redis = await startRedis({ maxmemory: '64mb' });
    opened = await openOn(redis.url);
    keys = openKeys({ redis: opened.redis, namespace: opened.namespace, now: opened.store.now });
  });
  afterAll(async () => {
    await opened.close();
    await redis.stop();
  });
  const facts = async () => {
    const found: StoredFact[] = [];
    for await (const line of openAuditTail({ redis: opened.redis, namespace: opened.namespace }).after()) {
      if ('fact' in line) found.push(line.fact);
    }
    return found;
  };
  const fill = () => opened.redis.config('SET', 'maxmemory', '1mb');
  const free = () => opened.redis.config('SET', 'maxmemory', '64mb');

  it('a key is revoked, in the audit too, and a second time it was revoked already', async () => {
    const { info, secret } = await keys.create('deployer');
    await fill();
    expect(await keys.revoke(info.id)).toBe(true);
    expect(await keys.holderOf(secret)).toBeUndefined();
    expect(await keys.revoke(info.id)).toBe(false);
    await free();
    const told = (await facts()).filter(({ event }) => event === 'key_revoked');
    expect(told).toEqual([expect.objectContaining({ key: info.id, service: 'deployer' })]);
  });

  it("a person's key is revoked, and the code that was asked for with it is void", async () => {
    const { info } = await keys.createForPerson('bob');
    const offer = `{${opened.namespace}}:link_offer:bob`;
    await opened.redis.set(offer, 'hash');
    await fill();
    expect(await keys.revoke(info.id)).toBe(true);
    expect(await opened.redis.exists(offer)).toBe(0);
    await free();
  });

  it('two who revoke one key at once leave one entry in the audit', async () => {
    const { info } = await keys.create('raced');
    const answers = await Promise.all([keys.revoke(info.id), keys.revoke(info.id), keys.revoke(info.id)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    const told = (await facts()).filter(({ event, key }) => event === 'key_revoked' && key === info.id);
    expect(told).toHaveLength(1);
  });

  it('a standing approval and a grant are taken back', async () => {
    const approvals = openStanding({ redis: opened.redis, namespace: opened.namespace, retentionMs: 60_000 });
    const created = creation();
    await opened.store.commit(created);
    const approved = verdict(created.next, 'allow');
    await opened.store.commit(approved);
    const standing = given({ request: created.next.id });
    await approvals.keep(standing, Date.now());
    await fill();
    const world = { store: opened.store, standing: approvals };
    const by = { kind: 'service', id: standing.scope.service } as const;
    expect(await revokeStanding(world, { id: standing.id, by })).toMatchObject({ kind: 'revoked' });
    const call = { id: created.next.id, service: created.next.service.id };
    expect(await revoke({ store: opened.store }, call)).toMatchObject({ kind: 'changed', record: { revoked: {} } });
    await free();
  });

  it('a new key is refused with the cause and its remedy: memory, not the version of Redis', async () => {
    await fill();
    await expect(keys.create('late')).rejects.toMatchObject({
      code: 'store_full',
      message: expect.stringMatching(/no memory left.*Raise maxmemory/),
    });
    await free();
  });
});
