// Keys: shown once, stored as a hash, believed for seconds at most after they were revoked.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mintApiKey, newKeyId, parseApiKey } from '../../../src/adapters/redis/api-key.ts';
import { type Keys, openKeys } from '../../../src/adapters/redis/keys.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openEnvelope, readQueueKey, sealEnvelope } from '../../../src/contract/envelope.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

describe('the text of an API key', () => {
  it('is recognised whole, and not when it is mistyped, cut or of another kind', () => {
    for (let i = 0; i < 200; i++) {
      const id = newKeyId();
      const key = mintApiKey(id, randomBytes(32));
      expect(parseApiKey(key)).toBe(id);
      const at = 5 + Math.floor(Math.random() * (key.length - 5));
      const swapped = key[at] === 'x' ? 'y' : 'x';
      if (key[at] !== '_') expect(parseApiKey(key.slice(0, at) + swapped + key.slice(at + 1))).toBeUndefined();
      expect(parseApiKey(key.slice(0, -1))).toBeUndefined();
    }
    expect(parseApiKey(mintApiKey('aaaaaaaaaa', Buffer.alloc(32, 0xff)))).toBe('aaaaaaaaaa');
    expect(parseApiKey('csk_')).toBeUndefined();
  });
});

describe('keys', () => {
  let opened: Opened;
  let keys: Keys;
  const open = () => openKeys({ redis: opened.redis, namespace: opened.namespace, now: opened.store.now });
  beforeAll(async () => {
    opened = await openOn(redisUrl());
    keys = open();
  });
  afterAll(() => opened.close());

  it('names the service of an API key, and of no other text', async () => {
    const { secret, info } = await keys.create('deployer');
    expect(info).toMatchObject({ service: 'deployer', kind: 'api' });
    expect(await keys.holderOf(secret)).toMatchObject({ kind: 'service', id: 'deployer' });
    expect(await keys.holderOf(mintApiKey(info.id, randomBytes(32)))).toBeUndefined();
    expect(await keys.holderOf(mintApiKey('zzzzzzzzzz', randomBytes(32)))).toBeUndefined();
    expect(await keys.holderOf('')).toBeUndefined();
  });

  it("names the person of a person's key, and takes it for no service's and no signing key", async () => {
    const { secret, info } = await keys.createForPerson('bob@acme.example');
    expect(info).toMatchObject({ person: 'bob@acme.example', kind: 'api' });
    expect(info.service).toBeUndefined();
    expect(await keys.holderOf(secret)).toEqual({ kind: 'person', id: 'bob@acme.example', key: info.id });
    expect(await keys.publicKey(info.id)).toBeUndefined();
    expect(await keys.revoke(info.id)).toBe(true);
    expect(await keys.holderOf(secret)).toBeUndefined();
    for (const name of ['', 'two words', 'a\u0000b', 'a\u202eb', 'x'.repeat(256)]) {
      await expect(keys.createForPerson(name)).rejects.toMatchObject({ code: 'bad_person_name' });
    }
  });

  it('keeps no secret: neither the API key nor the private signing key is anywhere in Redis', async () => {
    const api = await keys.create('deployer');
    const queue = await keys.create('deployer', { queue: true });
    const person = await keys.createForPerson('bob');
    const names = keyspace(opened.namespace);
    const stored = JSON.stringify([
      await opened.redis.hgetall(names.keys),
      await opened.redis.xrange(names.audit, '-', '+'),
    ]);
    for (const { secret } of [api, queue, person]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(secret.slice(15, 60));
    }
  });

  it('verifies what a signing key signed, and takes it for no API key', async () => {
    const { secret, info } = await keys.create('runner', { queue: true });
    const key = readQueueKey(secret);
    if (key === undefined) throw new Error('the printed line is a key');
    expect(key.kid).toBe(info.id);
    const envelope = sealEnvelope('{"a":1}', key, 1_700_000_000_123);
    expect(await openEnvelope(envelope, keys.publicKey)).toEqual({
      ok: true,
      service: 'runner',
      bodyText: '{"a":1}',
      sealedAtMs: 1_700_000_000_123,
    });
    expect(await keys.holderOf(mintApiKey(info.id, randomBytes(32)))).toBeUndefined();
    const api = await keys.create('runner');
    expect(await keys.publicKey(api.info.id)).toBeUndefined();
  });

  it('refuses a revoked key at once here, and within seconds in other processes', async () => {
    const elsewhere = open();
    const { secret, info } = await keys.create('deployer');
    expect(await elsewhere.holderOf(secret)).toMatchObject({ kind: 'service', id: 'deployer' });
    expect(await keys.revoke(info.id)).toBe(true);
    expect(await keys.revoke(info.id)).toBe(false);
    expect(await keys.revoke('nosuchkey0')).toBe(false);
    expect(await keys.holderOf(secret)).toBeUndefined();
    const later = performance.now() + 5_001;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(later);
    expect(await elsewhere.holderOf(secret)).toBeUndefined();
    clock.mockRestore();
  });

  it('lets two keys of a service be in force at once, and lists all with when they were used', async () => {
    const [a, b] = [await keys.create('rotating'), await keys.create('rotating')];
    expect(await keys.holderOf(a.secret)).toMatchObject({ kind: 'service', id: 'rotating' });
    expect(await keys.holderOf(b.secret)).toMatchObject({ kind: 'service', id: 'rotating' });
    await keys.revoke(a.info.id);
    const listed = (await keys.list()).keys.filter(({ service }) => service === 'rotating');
    const [first, second] = [a, b].map(({ info }) => listed.find(({ id }) => id === info.id)); // made in one millisecond
    expect(listed).toHaveLength(2);
    expect(first?.revokedAt).toBeDefined();
    expect(second?.lastUsedAt).toBeDefined();
    expect(JSON.stringify(listed)).not.toContain('check');
  });

  it('writes creating and revoking into the audit', async () => {
    const { info } = await keys.create('audited');
    await keys.revoke(info.id);
    const entries = await opened.redis.xrange(keyspace(opened.namespace).audit, '-', '+');
    const facts = entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}')).filter(({ key }) => key === info.id);
    expect(facts.map(({ event }) => event)).toEqual(['key_created', 'key_revoked']);
  });

  it('refuses a name that is none', async () => {
    for (const name of ['', 'two words', '-x', 'a:b', 'x'.repeat(65)]) {
      await expect(keys.create(name)).rejects.toMatchObject({ code: 'bad_service_name' });
    }
  });
});
