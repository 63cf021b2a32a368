// The role sealer in a running house, and one that is killed in the middle of its work.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { verifyLog } from '../../src/adapters/segments/verify.ts';
import { roles } from '../../src/config.ts';
import { parseVerifierKey } from '../../src/domain/log/note.ts';
import { openOn } from '../adapters/redis/opened.ts';
import { creation } from '../contract/store.ts';
import { perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { redisUrl } from '../support/services.ts';

const { open } = perTest();

const verified = (dir: string) => {
  const key = parseVerifierKey(readFileSync(join(dir, 'log.vkey'), 'utf8'));
  if (key === undefined) throw new Error('a log has its key beside it');
  return verifyLog({ dir, key });
};

it('seals what a running Countersign does, and what was answered is still told when Redis has it no more', async () => {
  const dir = scratchDir();
  const env = { AUDIT_DIR: dir, AUDIT_SEAL_EVERY: '100ms', AUDIT_KEEP: '0s' };
  const house = await open({ env, roles });
  const { id } = await house.http.request({
    action: 'delete-resource',
    user: { id: 'alice', role: 'admin' },
    resource: { type: 'bucket', id: 'b-1', state: 'active' },
  });
  await expect.poll(() => house.events(id), { timeout: 25_000 }).toEqual([]);
  const [decision] = await house.http.decisions(id);
  expect(decision).toMatchObject({ ours: { phase: 'submit' } });
  expect((await house.app.readiness()).find(({ name }) => name === 'audit')).toMatchObject({ ok: true });
  await house.app.stop();
  expect(await verified(dir)).toMatchObject({ faults: [] });
}, 60_000);

it('loses nothing and seals nothing twice when it is killed in the middle, again and again', async () => {
  const dir = scratchDir();
  const opened = await openOn(redisUrl());
  try {
    const { audit, sealing } = keyspace(opened.namespace);
    const all = 400;
    for (let kills = 0; kills < 3; kills += 1) {
      const sealer = spawn(process.execPath, [join(import.meta.dirname, 'sealing-child.ts')], {
        env: { ...process.env, SEAL_REDIS: redisUrl(), SEAL_NAMESPACE: opened.namespace, SEAL_DIR: dir },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const firstCheckpoint = once(sealer.stdout, 'data');
      const asking = (async () => {
        for (let i = 0; i < all / 4; i += 1) await opened.store.commit(creation());
      })();
      await firstCheckpoint;
      sealer.kill('SIGKILL');
      await Promise.all([asking, once(sealer, 'exit')]);
      await opened.redis.hset(sealing, 'until', '0');
    }
    for (let i = 0; i < all / 4; i += 1) await opened.store.commit(creation());
    const last = spawn(process.execPath, [join(import.meta.dirname, 'sealing-child.ts')], {
      env: { ...process.env, SEAL_REDIS: redisUrl(), SEAL_NAMESPACE: opened.namespace, SEAL_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await expect.poll(() => opened.redis.xlen(audit), { timeout: 60_000 }).toBe(0);
    last.kill('SIGKILL');
    await once(last, 'exit');
    expect(await verified(dir)).toMatchObject({ leaves: all, requests: all, faults: [] });
  } finally {
    await opened.close();
  }
}, 180_000);
