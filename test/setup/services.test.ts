// The servers that demo and tests start: ready when handed over, durable, and gone with their owner.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { namespace, redisUrl, startOpa, startRedis } from '../support/services.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function policyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-policy-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, '.manifest'), '{"revision": "r1", "roots": ["hello"]}');
  writeFileSync(join(dir, 'hello.rego'), 'package hello\n\nworld := true\n');
  return dir;
}

describe('startRedis', () => {
  it('hands over a Redis that evicts nothing and appends every write', async () => {
    const redis = new Redis(redisUrl());
    cleanUp.push(() => redis.disconnect());
    const info = await redis.info();
    expect(info).toContain('maxmemory_policy:noeviction');
    expect(info).toContain('aof_enabled:1');
  });

  it('keeps acknowledged writes through a kill and a restart, at the same address', async () => {
    const service = await startRedis();
    cleanUp.push(service.stop);
    const key = namespace();
    const before = new Redis(service.url);
    await before.set(key, 'kept');
    before.on('error', () => {});
    before.disconnect();
    const { pid } = service;
    await service.kill();
    expect(isAlive(pid)).toBe(false);
    await service.restart();
    expect(service.pid).not.toBe(pid);
    const after = new Redis(service.url);
    cleanUp.push(() => after.disconnect());
    expect(await after.get(key)).toBe('kept');
  });

  it('deletes its temporary folder when it stops, and keeps a folder it was given', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-kept-'));
    cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
    const [temporary, kept] = await Promise.all([startRedis(), startRedis({ dir })]);
    await Promise.all([temporary.stop(), kept.stop()]);
    expect(existsSync(temporary.dir)).toBe(false);
    expect(existsSync(kept.dir)).toBe(true);
  });

  it('says so when its port is taken, and does not mistake the other for itself', async () => {
    const other = await startRedis({ persistence: false });
    cleanUp.push(other.stop);
    await expect(startRedis({ port: other.port })).rejects.toMatchObject({ code: 'port_taken' });
  });
});

describe('startOpa', () => {
  it('hands over an OPA whose policies are active and whose revision is told', async () => {
    const opa = await startOpa({ policies: [policyFolder()] });
    cleanUp.push(opa.stop);
    const answer = await fetch(`${opa.url}/v1/data/hello/world?provenance=true`, {
      method: 'POST',
      body: '{"input":{}}',
    });
    const body = JSON.stringify(await answer.json());
    expect(body).toContain('"result":true');
    expect(body).toContain('"revision":"r1"');
  });

  it('quotes what OPA said when the policies are broken', async () => {
    const dir = policyFolder();
    writeFileSync(join(dir, 'hello.rego'), 'package hello\n\nworld := nonsense(1)\n');
    await expect(startOpa({ policies: [dir] })).rejects.toThrow(/nonsense/);
  });

  it('says so when its port is taken by something that is no OPA', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanUp.push(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startOpa({ policies: [policyFolder()], port })).rejects.toMatchObject({ code: 'port_taken' });
  });

  it('listens on a Unix socket when asked', async () => {
    const dir = policyFolder();
    const opa = await startOpa({ policies: [dir], socket: join(dir, 'opa.sock') });
    cleanUp.push(opa.stop);
    expect(opa.url).toBe(`unix://${join(dir, 'opa.sock')}`);
    expect(existsSync(join(dir, 'opa.sock'))).toBe(true);
  });
});

it('services die with an owner that was killed without a word, and their temporary folder goes too', async () => {
  const services = join(import.meta.dirname, '../../src/setup/services.ts');
  const script = `
    const { startOpa, startRedis } = await import(${JSON.stringify(services)});
    const [redis, opa] = await Promise.all([startRedis(), startOpa({ policies: [process.argv[1]] })]);
    console.log(JSON.stringify([redis.pid, opa.pid, redis.dir]));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, policyFolder()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => owner.kill('SIGKILL'));
  const [line] = await once(owner.stdout, 'data');
  const [redisPid, opaPid, dir] = JSON.parse(String(line));
  expect([redisPid, opaPid].every(isAlive)).toBe(true);
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect([isAlive(redisPid), isAlive(opaPid), existsSync(dir)]).toEqual([false, false, false]), {
    timeout: 10_000,
  });
});
