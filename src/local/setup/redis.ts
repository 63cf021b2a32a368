// Finds a Redis or Valkey server program, or installs one with the system's package manager.
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { isExecutable, onPath, run, TOOLS_DIR } from './programs.ts';
import { explain, setupFailure, step } from './say.mjs';

export type RedisSearch = {
  readonly env?: NodeJS.ProcessEnv;
  readonly toolsDir?: string;
  readonly isRoot?: boolean;
};

const REMEDY =
  'Install Redis 7 or newer, or Valkey 7.2 or newer (Debian and Ubuntu: apt-get install redis-server; Alpine: apk add valkey; ' +
  'Fedora: dnf install valkey; macOS: brew install redis), so that redis-server or valkey-server is on PATH.';

/** The server program to run, or undefined. */
export function findRedis({ env = process.env, toolsDir = TOOLS_DIR }: RedisSearch = {}): string | undefined {
  const own = join(toolsDir, 'bin', 'redis-server');
  return [...onPath('redis-server', env.PATH), ...onPath('valkey-server', env.PATH), own].find(isExecutable);
}

/** The server program to run, installed first if need be and if we may. */
export async function ensureRedis(search: RedisSearch = {}): Promise<string> {
  const found = findRedis(search);
  if (found !== undefined) return found;
  const toolsDir = search.toolsDir ?? TOOLS_DIR;
  return withLock(join(toolsDir, 'redis.lock'), async () => {
    const meanwhile = findRedis(search);
    if (meanwhile !== undefined) return meanwhile;
    await install(search.env ?? process.env, toolsDir, search.isRoot ?? process.getuid?.() === 0);
    const installed = findRedis(search);
    if (installed === undefined) throw setupFailure('redis_missing', `A Redis server is needed. ${REMEDY}`);
    return installed;
  });
}

async function install(env: NodeJS.ProcessEnv, toolsDir: string, isRoot: boolean): Promise<void> {
  const [apt, apk, dnf] = ['apt-get', 'apk', 'dnf'].map(name => onPath(name, env.PATH)[0]);
  if (!isRoot || (apt ?? apk ?? dnf) === undefined) {
    throw setupFailure('redis_missing', `A Redis server is needed and none is on PATH. ${REMEDY}`);
  }
  try {
    await step('Redis: installing it with the system package manager', async () => {
      if (apt !== undefined) await installFromDebian(apt, env, toolsDir);
      else if (apk !== undefined) await run(apk, ['add', '--quiet', 'valkey'], { env });
      else if (dnf !== undefined) await run(dnf, ['install', '--quiet', '--assumeyes', 'valkey'], { env });
    });
  } catch (cause) {
    throw setupFailure('redis_missing', `A Redis server is needed and its installation failed. ${REMEDY}`, cause);
  }
}

// Debian's redis-server package also starts a service on port 6379, which nobody asked for. The program itself is in
// redis-tools, one binary that acts by the name it is called by.
async function installFromDebian(apt: string, env: NodeJS.ProcessEnv, toolsDir: string): Promise<void> {
  const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(apt, ['update', '-qq'], { env: quiet });
  await run(apt, ['install', '-y', '-qq', '--no-install-recommends', 'redis-tools'], { env: quiet });
  const [program] = onPath('redis-check-rdb', env.PATH);
  if (program === undefined) throw setupFailure('redis_missing', 'redis-tools brought no redis-check-rdb');
  const link = join(toolsDir, 'bin', `.redis-server-${process.pid}`);
  await mkdir(join(toolsDir, 'bin'), { recursive: true });
  await rm(link, { force: true });
  await symlink(program, link);
  await rename(link, join(toolsDir, 'bin', 'redis-server'));
}

if (import.meta.main) {
  try {
    await ensureRedis();
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}
