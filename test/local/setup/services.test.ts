// The servers that demo and tests start: ready when handed over, durable, and gone with their owner.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { namespace, redisUrl, startOpa, startRedis } from '../../support/services.ts';
import { isAlive } from './processes.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

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
    const dir = mkdtempSync(join(tmpdir(), 'countersign-kept-'));
    cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
    const other = await startRedis({ persistence: false });
    cleanUp.push(other.stop);
    await expect(startRedis({ port: other.port, dir })).rejects.toMatchObject({ code: 'port_taken' });
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

/** Another process that starts services and waits; `told` is what it says about them. */
async function ownerOf(body: string): Promise<{ told: unknown[]; kill(): void }> {
  const services = join(import.meta.dirname, '../../../src/local/setup/services.ts');
  const script = `
    const { startOpa, startRedis } = await import(${JSON.stringify(services)});
    console.log(JSON.stringify(await (async () => { ${body} })()));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => owner.kill('SIGKILL'));
  const [line] = await once(owner.stdout, 'data');
  return { told: JSON.parse(String(line)), kill: () => void owner.kill('SIGKILL') };
}

describe('an owner that is killed without a word', () => {
  it('takes its services and their temporary folders with it', async () => {
    const policies = JSON.stringify(policyFolder());
    const owner = await ownerOf(`
      const [redis, opa] = await Promise.all([startRedis(), startOpa({ policies: [${policies}] })]);
      return [redis.pid, opa.pid, redis.dir];`);
    const [redisPid, opaPid, dir] = owner.told;
    const remains = () => [isAlive(Number(redisPid)), isAlive(Number(opaPid)), existsSync(String(dir))];
    expect(remains()).toEqual([true, true, true]);
    owner.kill();
    await vi.waitFor(() => expect(remains()).toEqual([false, false, false]), { timeout: 10_000 });
  });

  it('leaves no folder of a Redis that it had killed and not stopped', async () => {
    const owner = await ownerOf('const redis = await startRedis(); await redis.kill(); return [redis.dir];');
    const [dir] = owner.told;
    expect(existsSync(String(dir))).toBe(true);
    owner.kill();
    await vi.waitFor(() => expect(existsSync(String(dir))).toBe(false), { timeout: 10_000 });
  });
});
